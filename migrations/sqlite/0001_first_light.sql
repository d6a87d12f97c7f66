-- Numbers handed out in commit order: 'event' numbers the event log;
-- 'inbound' is the last journal row applied whole, 'inbound_item' how many items of the next one are.
create table counters (
  name text primary key,
  value integer not null
) strict;

insert into counters (name, value) values ('event', 0), ('inbound', 0), ('inbound_item', 0);

create table settings (
  key text primary key,
  value text not null
) strict;

-- People -------------------------------------------------------------------------------------------------------------

create table agents (
  id text primary key,
  email text not null unique,
  name text not null,
  -- Null until the person has used their password link.
  password_hash text,
  role text not null,
  locale text,
  created_at_ms integer not null,
  disabled_at_ms integer
) strict;

create table sessions (
  -- SHA-256 of the cookie's token: a stolen copy of this table opens nothing.
  token_hash text primary key,
  agent_id text not null references agents (id),
  created_at_ms integer not null,
  last_seen_at_ms integer not null,
  expires_at_ms integer not null,
  user_agent text not null
) strict;
create index sessions_by_agent on sessions (agent_id);

-- One-time links: 'setup' makes the first admin, 'password' lets one person choose a password.
create table one_time_links (
  token_hash text primary key,
  purpose text not null,
  agent_id text references agents (id),
  created_at_ms integer not null,
  expires_at_ms integer not null
) strict;

create table api_keys (
  id text primary key,
  name text not null,
  role text not null,
  key_hash text not null unique,
  created_at_ms integer not null,
  revoked_at_ms integer
) strict;

-- Numbers and customers ------------------------------------------------------------------------------------------------

create table channels (
  id text primary key,
  name text not null,
  phone_number_id text not null unique,
  waba_id text not null,
  display_phone text not null,
  -- Sealed: `v1.<key id>.<nonce and ciphertext>`, bound to this row and column.
  access_token_sealed text not null,
  app_secret_sealed text not null,
  -- The secret before the last rotation: Meta's retries may still be signed with it.
  previous_app_secret_sealed text,
  verify_token_sealed text not null,
  read_receipts text not null,
  coexistence integer not null,
  simulated integer not null,
  -- 1: only the agents in channel_members see it.
  members_only integer not null,
  paused_code integer,
  paused_at_ms integer,
  created_at_ms integer not null
) strict;

create table channel_members (
  channel_id text not null references channels (id),
  agent_id text not null references agents (id),
  primary key (channel_id, agent_id)
) strict;

create table contacts (
  id text primary key,
  name text not null,
  username text,
  -- The number and id to show and to send to; contact_aliases is what they are found by.
  phone text,
  user_id text,
  first_seen_at_ms integer not null,
  last_seen_at_ms integer not null
) strict;

create table contact_aliases (
  kind text not null,
  value text not null,
  contact_id text not null references contacts (id),
  created_at_ms integer not null,
  primary key (kind, value)
) strict;
create index contact_aliases_by_contact on contact_aliases (contact_id);

create table conversations (
  id text primary key,
  channel_id text not null references channels (id),
  contact_id text not null references contacts (id),
  status text not null,
  assignee_id text references agents (id),
  unread_count integer not null,
  seq integer not null,
  read_seq integer not null,
  window_expires_at_ms integer,
  last_activity_at_ms integer not null,
  last_message_id text,
  created_at_ms integer not null,
  unique (channel_id, contact_id)
) strict;
create index conversations_by_activity on conversations (last_activity_at_ms desc, id desc);
create index conversations_by_channel_activity on conversations (channel_id, last_activity_at_ms desc, id desc);
create index conversations_by_contact on conversations (contact_id);

-- Messages ---------------------------------------------------------------------------------------------------------------

create table messages (
  -- The search index (a later release) refers to this number.
  key integer primary key,
  id text not null unique,
  conversation_id text not null references conversations (id),
  channel_id text not null,
  wamid text,
  seq integer not null,
  direction text not null,
  author_kind text not null,
  author_id text,
  kind text not null,
  text text,
  -- The type's own object, as Meta sent it (JSON).
  payload text,
  -- What stands beside it: context, referral, errors (JSON).
  extras text,
  reply_to_wamid text,
  status text not null,
  error_code integer,
  error_title text,
  error_details text,
  client_msg_id text,
  -- The highest seq the writer said to have seen (design.md, "Seq and unseen").
  base_seq integer,
  resend_of text,
  sent_at_ms integer not null,
  received_at_ms integer not null,
  accepted_at_ms integer,
  delivered_at_ms integer,
  read_at_ms integer,
  failed_at_ms integer,
  unique (channel_id, wamid),
  unique (conversation_id, seq)
) strict;

-- A writer's name for a message, kept for good: the same again gets the stored answer.
create table client_messages (
  writer text not null,
  client_msg_id text not null,
  body_hash text not null,
  message_id text not null,
  created_at_ms integer not null,
  primary key (writer, client_msg_id)
) strict;

create table outbox (
  message_id text primary key references messages (id),
  channel_id text not null references channels (id),
  conversation_id text not null references conversations (id),
  -- The message's seq: a conversation's rows leave in this order.
  seq integer not null,
  -- The body of the Graph call, without what the sender adds.
  body text not null,
  -- queued, claimed, in_flight, unknown; accepted and failed ones have left.
  state text not null,
  attempt integer not null,
  -- queued: when it may go. unknown: when it becomes unconfirmed.
  not_before_ms integer not null,
  -- claimed, in_flight: until then its sender is alive. unknown: until then it holds up its conversation.
  lease_until_ms integer not null,
  expires_at_ms integer,
  created_at_ms integer not null
) strict;
create index outbox_by_due on outbox (state, not_before_ms, message_id);
create index outbox_by_conversation on outbox (conversation_id, seq);

-- Blue ticks still to be told to Meta: the newest message read in each conversation.
create table read_receipts (
  conversation_id text primary key references conversations (id),
  channel_id text not null references channels (id),
  wamid text not null,
  attempt integer not null,
  not_before_ms integer not null
) strict;

-- The way in ---------------------------------------------------------------------------------------------------------------
-- (SQLite keeps the journal in a file of its own, so that an ack never waits for the worker.)

create table quarantine (
  id text primary key,
  journal_id integer not null,
  -- Where in the body it stood: `entry[0].changes[1].messages[3]`, or empty for the whole body.
  place text not null,
  reason text not null,
  raw text not null,
  created_at_ms integer not null,
  resolved_at_ms integer,
  unique (journal_id, place)
) strict;

-- Statuses that came before their message.
create table parked_statuses (
  id text primary key,
  channel_id text not null,
  wamid text not null,
  status text not null,
  at_ms integer not null,
  error_code integer,
  error_title text,
  error_details text,
  received_at_ms integer not null,
  unique (channel_id, wamid, status)
) strict;

-- The event log: what `/live` tells, in reading order without gaps.
create table events (
  seq integer primary key,
  body text not null,
  created_at_ms integer not null
) strict;
