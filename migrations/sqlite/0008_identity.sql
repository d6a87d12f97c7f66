-- Customers as people.

-- What the team calls them; null: by their profile name.
alter table contacts add column given_name text;
-- Counts what changed of a customer besides their names: who shows more than a row looks again.
alter table contacts add column version integer not null default 0;

-- How Meta sees our numbers: what it last told of each part (`domain::health`).
create table channel_facts (
  channel_id text not null references channels (id),
  kind text not null,
  -- Which one, of a kind that has several; else empty.
  subject text not null,
  -- Meta's own word.
  value text not null,
  details text,
  until_ms integer,
  told_at_ms integer not null,
  primary key (channel_id, kind, subject)
) strict;
-- Counts changes of the above: who shows them looks again.
alter table channels add column health_version integer not null default 0;

-- What customers chose to receive, each choice with its proof. Nothing is written over: the newest counts.
create table consents (
  id text primary key,
  channel_id text not null references channels (id),
  contact_id text not null references contacts (id),
  category text not null,
  choice text not null,
  -- Meta's words with it.
  words text not null,
  -- The message Meta refused, where that told us.
  wamid text,
  told_at_ms integer not null,
  received_at_ms integer not null,
  unique (channel_id, contact_id, category, choice, told_at_ms)
) strict;
create index consents_by_contact on consents (contact_id, told_at_ms);

-- Two contacts that are one customer (`domain::merge`): the one a person merged into another points at it, and at the one
-- that stands for them all. Conversations and names stay where they are.
alter table contacts add column merged_into text references contacts (id);
alter table contacts add column person_id text references contacts (id);
create index contacts_by_person on contacts (person_id) where person_id is not null;

-- Every merge, also those taken back.
create table contact_merges (
  id text primary key,
  contact_id text not null references contacts (id),
  into_id text not null references contacts (id),
  -- The writer: `agent:<id>`, `key:<id>`.
  merged_by text not null,
  merged_at_ms integer not null,
  undone_by text,
  undone_at_ms integer
) strict;
create index contact_merges_by_contact on contact_merges (contact_id);

-- Contacts one webhook named together; the lower id first.
create table merge_suggestions (
  contact_id text not null references contacts (id),
  other_id text not null references contacts (id),
  -- The kind of name that was the other's.
  kind text not null,
  raised_at_ms integer not null,
  dismissed_by text,
  dismissed_at_ms integer,
  primary key (contact_id, other_id)
) strict;
create index merge_suggestions_by_other on merge_suggestions (other_id);
