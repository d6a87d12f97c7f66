-- What waits for a person is counted once a second and paged by its id.
create index quarantine_open on quarantine (id) where resolved_at_ms is null;
