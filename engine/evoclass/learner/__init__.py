"""The learner: sessions, answers, lab files, the event log, settings, trust."""
