-- Customers as people.

-- What the team calls them; null: by their profile name.
alter table contacts add column given_name text;
-- Counts what changed of a customer besides their names: who shows more than a row looks again.
alter table contacts add column version bigint not null default 0;

-- How Meta sees our numbers: what it last told of each part (`domain::health`).
create table channel_facts (
  channel_id text collate "C" not null references channels (id),
  kind text collate "C" not null,
  -- Which one, of a kind that has several; else empty.
  subject text collate "C" not null,
  -- Meta's own word.
  value text not null,
  details text,
  until_ms bigint,
  told_at_ms bigint not null,
  primary key (channel_id, kind, subject)
);
-- Counts changes of the above: who shows them looks again.
alter table channels add column health_version bigint not null default 0;

-- What customers chose to receive, each choice with its proof. Nothing is written over: the newest counts.
create table consents (
  id text collate "C" primary key,
  channel_id text collate "C" not null references channels (id),
  contact_id text collate "C" not null references contacts (id),
  category text not null,
  choice text not null,
  -- Meta's words with it.
  words text not null,
  -- The message Meta refused, where that told us.
  wamid text collate "C",
  told_at_ms bigint not null,
  received_at_ms bigint not null,
  unique (channel_id, contact_id, category, choice, told_at_ms)
);
create index consents_by_contact on consents (contact_id, told_at_ms);
