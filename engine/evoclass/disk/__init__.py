"""Files and folders of this machine: where they are, and reading, locking and watching them safely."""
