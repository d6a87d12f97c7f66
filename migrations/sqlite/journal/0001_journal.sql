-- Meta's requests as they came, before anything is made of them.
create table journal (
  -- Never a number twice, also after old rows are gone: the worker remembers its place by it.
  id integer primary key autoincrement,
  body blob not null,
  received_at_ms integer not null
) strict;
