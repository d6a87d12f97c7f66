-- Customers a number does not let through (`domain::block`).

-- How it stands: blocking, blocked, unblocking; null: they come through.
alter table conversations add column block_state text;
-- The writer who wants it so (`agent:<id>`, `key:<id>`); `meta` where a refused message told it.
alter table conversations add column block_by text;
alter table conversations add column block_at_ms bigint;

-- Every wish to block or unblock, kept for good. One that is asked is asked again until Meta's answer is clear.
create table blocks (
  id text collate "C" primary key,
  conversation_id text collate "C" not null references conversations (id),
  wish text not null,
  -- What Meta knows them by. Whoever is unblocked is named as they were blocked, whatever their number is by then.
  phone text collate "C",
  user_id text collate "C",
  asked_by text not null,
  asked_at_ms bigint not null,
  -- asked, done, refused (by Meta, for this customer), dropped (Meta was not asked, or did not listen).
  state text not null,
  attempt bigint not null,
  lease_until_ms bigint not null,
  -- Meta's error code, where it refused.
  code bigint,
  ended_at_ms bigint
);
create index blocks_by_conversation on blocks (conversation_id, asked_at_ms);
-- One call of a conversation at a time: two would leave open which came last.
create unique index blocks_asked on blocks (conversation_id) where state = 'asked';
create index blocks_due on blocks (lease_until_ms) where state = 'asked';
