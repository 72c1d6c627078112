"""Work that takes longer than a request: jobs, the files they begin from, the crew that does them.

Takes what was asked for; gives progress line by line, and at the end a version of the registry.
Records `job_made`, `job_done`, `job_failed`, `job_cancelled`.
"""
