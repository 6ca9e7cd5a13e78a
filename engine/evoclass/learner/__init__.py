"""The learner: sessions, answers, lab files, the log of what happened, settings, trust."""
