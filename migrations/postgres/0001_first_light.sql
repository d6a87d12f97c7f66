-- Numbers handed out in commit order: 'event' numbers the event log, 'journal' the journal;
-- 'inbound' is the last journal row applied whole, 'inbound_item' how many items of the next one are.
create table counters (
  name text collate "C" primary key,
  value bigint not null
);

insert into counters (name, value) values ('event', 0), ('journal', 0), ('inbound', 0), ('inbound_item', 0);

create table settings (
  key text collate "C" primary key,
  value text not null
);

-- People -------------------------------------------------------------------------------------------------------------

create table agents (
  id text collate "C" primary key,
  email text collate "C" not null unique,
  name text not null,
  -- Null until the person has used their password link.
  password_hash text,
  role text not null,
  locale text,
  created_at_ms bigint not null,
  disabled_at_ms bigint
);

create table sessions (
  -- SHA-256 of the cookie's token: a stolen copy of this table opens nothing.
  token_hash text collate "C" primary key,
  agent_id text collate "C" not null references agents (id),
  created_at_ms bigint not null,
  last_seen_at_ms bigint not null,
  expires_at_ms bigint not null,
  user_agent text not null
);
create index sessions_by_agent on sessions (agent_id);

-- One-time links: 'setup' makes the first admin, 'password' lets one person choose a password.
create table one_time_links (
  token_hash text collate "C" primary key,
  purpose text not null,
  agent_id text collate "C" references agents (id),
  created_at_ms bigint not null,
  expires_at_ms bigint not null
);

create table api_keys (
  id text collate "C" primary key,
  name text not null,
  role text not null,
  key_hash text collate "C" not null unique,
  created_at_ms bigint not null,
  revoked_at_ms bigint
);

-- Numbers and customers ------------------------------------------------------------------------------------------------

create table channels (
  id text collate "C" primary key,
  name text not null,
  phone_number_id text collate "C" not null unique,
  waba_id text collate "C" not null,
  display_phone text not null,
  -- Sealed: `v1.<key id>.<nonce and ciphertext>`, bound to this row and column.
  access_token_sealed text not null,
  app_secret_sealed text not null,
  -- The secret before the last rotation: Meta's retries may still be signed with it.
  previous_app_secret_sealed text,
  verify_token_sealed text not null,
  read_receipts text not null,
  coexistence bigint not null,
  simulated bigint not null,
  -- 1: only the agents in channel_members see it.
  members_only bigint not null,
  paused_code bigint,
  paused_at_ms bigint,
  created_at_ms bigint not null
);

create table channel_members (
  channel_id text collate "C" not null references channels (id),
  agent_id text collate "C" not null references agents (id),
  primary key (channel_id, agent_id)
);

create table contacts (
  id text collate "C" primary key,
  name text not null,
  username text,
  -- The number and id to show and to send to; contact_aliases is what they are found by.
  phone text collate "C",
  user_id text collate "C",
  first_seen_at_ms bigint not null,
  last_seen_at_ms bigint not null
);

create table contact_aliases (
  kind text not null,
  value text collate "C" not null,
  contact_id text collate "C" not null references contacts (id),
  created_at_ms bigint not null,
  primary key (kind, value)
);
create index contact_aliases_by_contact on contact_aliases (contact_id);

create table conversations (
  id text collate "C" primary key,
  channel_id text collate "C" not null references channels (id),
  contact_id text collate "C" not null references contacts (id),
  status text not null,
  assignee_id text collate "C" references agents (id),
  unread_count bigint not null,
  seq bigint not null,
  read_seq bigint not null,
  window_expires_at_ms bigint,
  last_activity_at_ms bigint not null,
  last_message_id text collate "C",
  created_at_ms bigint not null,
  unique (channel_id, contact_id)
);
create index conversations_by_activity on conversations (last_activity_at_ms desc, id desc);
create index conversations_by_channel_activity on conversations (channel_id, last_activity_at_ms desc, id desc);
create index conversations_by_contact on conversations (contact_id);

-- Messages ---------------------------------------------------------------------------------------------------------------

create table messages (
  -- The search index (a later release) refers to this number.
  key bigint generated always as identity primary key,
  id text collate "C" not null unique,
  conversation_id text collate "C" not null references conversations (id),
  channel_id text collate "C" not null,
  wamid text collate "C",
  seq bigint not null,
  direction text not null,
  author_kind text not null,
  author_id text collate "C",
  kind text not null,
  text text,
  -- The type's own object, as Meta sent it (JSON).
  payload text,
  -- What stands beside it: context, referral, errors (JSON).
  extras text,
  reply_to_wamid text collate "C",
  status text not null,
  error_code bigint,
  error_title text,
  error_details text,
  client_msg_id text collate "C",
  -- The highest seq the writer said to have seen (design.md, "Seq and unseen").
  base_seq bigint,
  resend_of text collate "C",
  sent_at_ms bigint not null,
  received_at_ms bigint not null,
  accepted_at_ms bigint,
  delivered_at_ms bigint,
  read_at_ms bigint,
  failed_at_ms bigint,
  unique (channel_id, wamid),
  unique (conversation_id, seq)
);

-- A writer's name for a message, kept for good: the same again gets the stored answer.
create table client_messages (
  writer text collate "C" not null,
  client_msg_id text collate "C" not null,
  body_hash text collate "C" not null,
  message_id text collate "C" not null,
  created_at_ms bigint not null,
  primary key (writer, client_msg_id)
);

create table outbox (
  message_id text collate "C" primary key references messages (id),
  channel_id text collate "C" not null references channels (id),
  conversation_id text collate "C" not null references conversations (id),
  -- The message's seq: a conversation's rows leave in this order.
  seq bigint not null,
  -- The body of the Graph call, without what the sender adds.
  body text not null,
  -- queued, claimed, in_flight, unknown; accepted and failed ones have left.
  state text not null,
  attempt bigint not null,
  -- queued: when it may go. unknown: when it becomes unconfirmed.
  not_before_ms bigint not null,
  -- claimed, in_flight: until then its sender is alive. unknown: until then it holds up its conversation.
  lease_until_ms bigint not null,
  expires_at_ms bigint,
  created_at_ms bigint not null
);
create index outbox_by_due on outbox (state, not_before_ms, message_id);
create index outbox_by_conversation on outbox (conversation_id, seq);

-- Blue ticks still to be told to Meta: the newest message read in each conversation.
create table read_receipts (
  conversation_id text collate "C" primary key references conversations (id),
  channel_id text collate "C" not null references channels (id),
  wamid text collate "C" not null,
  attempt bigint not null,
  not_before_ms bigint not null
);

-- The way in ---------------------------------------------------------------------------------------------------------------

-- Meta's requests as they came, before anything is made of them.
create table journal (
  id bigint primary key,
  body bytea not null,
  received_at_ms bigint not null
);

create table quarantine (
  id text collate "C" primary key,
  journal_id bigint not null,
  -- Where in the body it stood: `entry[0].changes[1].messages[3]`, or empty for the whole body.
  place text not null,
  reason text not null,
  raw text not null,
  created_at_ms bigint not null,
  resolved_at_ms bigint,
  unique (journal_id, place)
);

-- Statuses that came before their message.
create table parked_statuses (
  id text collate "C" primary key,
  channel_id text collate "C" not null,
  wamid text collate "C" not null,
  status text not null,
  at_ms bigint not null,
  error_code bigint,
  error_title text,
  error_details text,
  received_at_ms bigint not null,
  unique (channel_id, wamid, status)
);

-- The event log: what `/live` tells, in reading order without gaps.
create table events (
  seq bigint primary key,
  body text not null,
  created_at_ms bigint not null
);
