-- The queue as pairs of number and customer, so that what may go next is found without looking at what waits behind it.

-- What Meta lets a number send a second, and the lower rate an admin has set.
alter table channels add column max_per_second integer not null default 80;
alter table channels add column own_per_second integer;
-- Meta does not answer this number's sends: since when. It tries again by itself.
alter table channels add column unanswered_since_ms integer;
update channels set max_per_second = 20 where coexistence = 1;

-- A number and a customer: one message at a time, in their order, and not faster than Meta's pair rate.
create table outbox_pairs (
  conversation_id text primary key references conversations (id),
  channel_id text not null references channels (id),
  -- When its first waiting message may go. Null: nothing waits, or one is on its way.
  due_at_ms integer,
  -- When all it may send at once is there again: each message puts this off by six seconds.
  whole_at_ms integer not null,
  -- Refusals in a row because it was too fast.
  refusals integer not null
) strict;
create index outbox_pairs_by_due on outbox_pairs (channel_id, due_at_ms, conversation_id) where due_at_ms is not null;

insert into outbox_pairs (conversation_id, channel_id, due_at_ms, whole_at_ms, refusals)
select conversation_id, channel_id,
  case when sum(case when state in ('claimed', 'in_flight') then 1 else 0 end) > 0 then null
       else min(case when state = 'queued' then not_before_ms end) end,
  0, 0
from outbox group by conversation_id, channel_id;

drop index outbox_by_due;
drop index outbox_by_conversation;
create index outbox_by_conversation on outbox (conversation_id, state, seq);
create index outbox_by_lease on outbox (state, lease_until_ms) where state <> 'queued';
create index outbox_by_expiry on outbox (expires_at_ms) where state = 'queued';

-- Whose turn it is to send with a number: one sender at a time keeps its rate.
create table sending_turns (
  channel_id text primary key references channels (id),
  sender text not null,
  -- From then on another sender may take it.
  until_ms integer not null,
  claimed_at_ms integer not null,
  -- When the sender before this one claimed last: what it sent counts in this second too.
  before_ms integer not null
) strict;
