//! A small model of a chat and its outbox beside the real store: customers write, agents answer, calls end in every way,
//! Meta reports in any order and often twice, the program dies between its commits. Whatever happens, a reader sees what
//! the model says, and nothing that Meta has leaves again.
//!
//! `MAJLIS_FUZZ_SECONDS` says for how long, `MAJLIS_TEST_SEED` repeats a run.

use std::time::{Duration, Instant};

use app::domain::agent::Role;
use app::domain::content::ReactionSide;
use app::domain::ids::{ConversationId, MessageId, Wamid};
use app::domain::mark::{Deed, Mark};
use app::domain::message::{Direction, MessageStatus};
use app::store::agents::Agent;
use app::store::channels::Channel;
use app::store::outbox::endings::{self, End, Ending};
use app::store::outbox::overdue::{Overdue, overdue};
use app::store::outbox::{OutboxRow, claims};
use app::store::parked::Report;
use app::store::{delivery, marks, messages};
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

use crate::house::{NOW, agent, agent_writes, channel, chat, customer_writes, failed, look_reactions, message, wamid};
use crate::support::TestDb;

both![rows_2_3_9_12_a_reader_sees_what_the_model_says];

const CHATS: usize = 3;

/// What may happen. Numbers choose among what is there.
#[derive(Clone, Copy, Debug)]
enum Step {
    Writes(usize),
    Wishes(usize),
    /// The sender takes what may go; it may die before its commit.
    Leaves {
        limit: i64,
        dies: bool,
    },
    /// Meta answers a call.
    Answers {
        call: usize,
        how: How,
        dies: bool,
    },
    /// The program dies: every call under way is lost.
    Dies,
    /// Nobody told of what is uncertain.
    Gives,
    /// Meta reports on something it took; our id comes along or not.
    Reports {
        message: usize,
        status: Told,
        ours: bool,
    },
    /// The same while the sender writes the answer down, and has not committed yet.
    Crosses {
        call: usize,
        status: Told,
        ours: bool,
    },
    /// A customer reacts to something Meta took.
    Reacts {
        message: usize,
        emoji: usize,
        at: i64,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    Taken,
    /// Taken, and the answer is lost.
    TakenSilently,
    /// Lost on the road; nobody knows.
    Lost,
    Refused,
    /// Certainly not sent; again.
    TooFast,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    Sent,
    Delivered,
    Read,
    Failed,
}

impl Told {
    fn status(self) -> MessageStatus {
        match self {
            Self::Sent => MessageStatus::Sent,
            Self::Delivered => MessageStatus::Delivered,
            Self::Read => MessageStatus::Read,
            Self::Failed => MessageStatus::Failed,
        }
    }
}

const EMOJIS: [&str; 3] = ["👍", "❤️", ""];

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let how = prop_oneof![
        3 => Just(How::Taken),
        2 => Just(How::TakenSilently),
        1 => Just(How::Lost),
        1 => Just(How::Refused),
        1 => Just(How::TooFast),
    ];
    let told = prop_oneof![Just(Told::Sent), Just(Told::Delivered), Just(Told::Read), Just(Told::Failed)];
    let seldom = prop::bool::weighted(0.15);
    let step = prop_oneof![
        1 => (0..CHATS).prop_map(Step::Writes),
        4 => (0..CHATS).prop_map(Step::Wishes),
        5 => (1..4_i64, seldom).prop_map(|(limit, dies)| Step::Leaves { limit, dies }),
        5 => (0..8_usize, how, seldom).prop_map(|(call, how, dies)| Step::Answers { call, how, dies }),
        1 => Just(Step::Dies),
        1 => Just(Step::Gives),
        6 => (0..16_usize, told.clone(), any::<bool>())
            .prop_map(|(message, status, ours)| Step::Reports { message, status, ours }),
        3 => (0..8_usize, told, any::<bool>()).prop_map(|(call, status, ours)| Step::Crosses { call, status, ours }),
        1 => (0..16_usize, 0..EMOJIS.len(), 0..1_000_i64)
            .prop_map(|(message, emoji, at)| Step::Reacts { message, emoji, at }),
    ];
    prop::collection::vec(step, 1..40)
}

/// How far along a state is; of two, the reader sees the further one.
fn rank(status: MessageStatus) -> usize {
    use MessageStatus::*;
    let order = [Queued, InFlight, Unknown, Unconfirmed, Accepted, Sent, Failed, Delivered, Read];
    order.iter().position(|known| *known == status).unwrap()
}

/// A message as the model knows it.
struct Wished {
    id: MessageId,
    chat: usize,
    /// What the sender knows.
    base: MessageStatus,
    /// Meta has it, under this name.
    taken: Option<Wamid>,
    /// The store knows Meta's name for it.
    named: bool,
    /// Reported, once the store can know whose it is.
    told: Vec<MessageStatus>,
    /// Reported before that.
    waiting: Vec<MessageStatus>,
    /// The newest reaction: when, and which.
    reaction: Option<(i64, usize)>,
    waiting_reaction: Option<(i64, usize)>,
}

impl Wished {
    fn shown(&self) -> MessageStatus {
        self.told.iter().copied().chain([self.base]).max_by_key(|status| rank(*status)).unwrap()
    }

    /// The store learns its name: what waited for that counts.
    fn name(&mut self) {
        self.named = true;
        self.told.append(&mut self.waiting);
        let waited = self.waiting_reaction.take();
        self.reaction = self.reaction.max(waited);
    }
}

/// The model and the store, side by side.
struct World<'a> {
    db: &'a TestDb,
    shop: Channel,
    mona: Agent,
    chats: Vec<ConversationId>,
    heard: Vec<Vec<MessageId>>,
    wished: Vec<Wished>,
    /// Under way: which message, and the sender's row.
    calls: Vec<(usize, OutboxRow)>,
    count: usize,
}

impl<'a> World<'a> {
    async fn begin(db: &'a TestDb, case: usize) -> Self {
        let shop = channel(db, &format!("shop{case}")).await;
        let mona = agent(db, &format!("mona{case}"), Role::Agent).await;
        let mut chats = Vec::new();
        for n in 0..CHATS {
            chats.push(chat(db, &shop, &format!("+20{:07}00{n}", case)).await);
        }
        let heard = chats.iter().map(|_| Vec::new()).collect();
        Self { db, shop, mona, chats, heard, wished: Vec::new(), calls: Vec::new(), count: 0 }
    }

    async fn step(&mut self, step: Step) {
        self.count += 1;
        let db = self.db;
        match step {
            Step::Writes(n) => {
                let name = format!("wamid.{}.{}", self.shop.brief.name, self.count);
                self.heard[n].push(customer_writes(db, &self.chats[n], &name, NOW).await);
            }
            Step::Wishes(n) => {
                let name = format!("{}", self.count);
                let id = agent_writes(db, &self.mona, &self.chats[n], &name, NOW).await.id;
                self.wished.push(Wished {
                    id,
                    chat: n,
                    base: MessageStatus::Queued,
                    taken: None,
                    named: false,
                    told: Vec::new(),
                    waiting: Vec::new(),
                    reaction: None,
                    waiting_reaction: None,
                });
            }
            Step::Leaves { limit, dies } => self.leaves(limit, dies).await,
            Step::Answers { call, how, dies } => self.answers(call, how, dies).await,
            Step::Dies => {
                let mut tx = db.begin().await.unwrap();
                let lost = overdue(&mut tx.conn(), Overdue::InFlight, i64::MAX).await.unwrap();
                let lost: Vec<Ending> = lost.into_iter().map(|row| Ending { row, end: unknown() }).collect();
                endings::write(&mut tx, &lost, NOW).await.unwrap();
                tx.commit().await.unwrap();
                for (n, _) in self.calls.drain(..) {
                    self.wished[n].base = MessageStatus::Unknown;
                }
            }
            Step::Gives => {
                let mut tx = db.begin().await.unwrap();
                let doubts = overdue(&mut tx.conn(), Overdue::Unknown, i64::MAX).await.unwrap();
                let doubts: Vec<_> = doubts.into_iter().map(|row| Ending { row, end: End::Unconfirmed }).collect();
                endings::write(&mut tx, &doubts, NOW).await.unwrap();
                tx.commit().await.unwrap();
                for wished in self.wished.iter_mut().filter(|wished| wished.base == MessageStatus::Unknown) {
                    wished.base = MessageStatus::Unconfirmed;
                }
            }
            Step::Reports { message, status, ours } => {
                let Some(n) = self.taken(message) else { return };
                self.report(n, status, ours).await;
                self.reported(n, status, ours);
            }
            Step::Crosses { call, status, ours } => self.crosses(call, status, ours).await,
            Step::Reacts { message, emoji, at } => {
                let Some(n) = self.taken(message) else { return };
                let target = self.wished[n].taken.clone().unwrap();
                let deed = Deed::React(EMOJIS[emoji].to_owned());
                let by = ReactionSide::Customer;
                // Times of one customer differ: of two at once nobody can say which was last.
                let at_ms = NOW + at * 1_000 + self.count as i64;
                let mark = Mark { by, wamid: wamid(&format!("{target}.{}", self.count)), at_ms, deed };
                commit!(db, tx => marks::apply(&mut tx, &self.shop.brief.id, &target, &mark, NOW));
                let wished = &mut self.wished[n];
                let place = if wished.named { &mut wished.reaction } else { &mut wished.waiting_reaction };
                *place = (*place).max(Some((at_ms, emoji)));
            }
        }
    }

    async fn leaves(&mut self, limit: i64, dies: bool) {
        let mut tx = self.db.begin().await.unwrap();
        let id = &self.shop.brief.id;
        let rows = claims::claim(&mut tx.conn(), id, limit, NOW + 60_000, NOW + 1_000_000).await.unwrap();
        let rows = claims::mark_in_flight(&mut tx, rows, NOW + 60_000, NOW).await.unwrap();
        if dies {
            return;
        }
        tx.commit().await.unwrap();
        for row in rows {
            let n = self.wished.iter().position(|wished| wished.id == row.message_id).unwrap();
            assert_eq!(self.wished[n].base, MessageStatus::Queued, "it left before");
            assert!(self.wished[n].taken.is_none(), "Meta has it already");
            let of_chat = |m: &usize| self.wished[*m].chat == self.wished[n].chat;
            let earlier = (0..n).filter(of_chat).filter(|m| self.wished[*m].base == MessageStatus::Queued).count();
            assert_eq!(earlier, 0, "it overtook one before it");
            // One that Meta has reported on is no longer waited for.
            let at_once = self.calls.iter().any(|(m, _)| of_chat(m) && !self.wished[*m].named);
            assert!(!at_once, "two of one customer at once");
            self.wished[n].base = MessageStatus::InFlight;
            self.calls.push((n, row));
        }
    }

    /// A call that is under way, and has not been settled by a report.
    fn call(&mut self, at: usize) -> Option<(usize, OutboxRow)> {
        (!self.calls.is_empty()).then(|| self.calls.swap_remove(at % self.calls.len()))
    }

    async fn answers(&mut self, at: usize, how: How, dies: bool) {
        let Some((n, row)) = self.call(at) else { return };
        // What Meta has been heard to report on, it has taken.
        let how = if self.wished[n].taken.is_some() && how != How::TakenSilently { How::Taken } else { how };
        if matches!(how, How::Taken | How::TakenSilently) {
            self.take(n);
        }
        let end = match how {
            How::Taken => End::Accepted(self.wished[n].taken.clone().unwrap()),
            How::TakenSilently | How::Lost => unknown(),
            How::Refused => failed(131_026),
            How::TooFast => End::Later { not_before_ms: NOW },
        };
        let mut tx = self.db.begin().await.unwrap();
        endings::write(&mut tx, &[Ending { row: row.clone(), end }], NOW).await.unwrap();
        if dies {
            // Lost with its sender; the row is found later.
            drop(tx);
            self.calls.push((n, row));
            return;
        }
        tx.commit().await.unwrap();
        let wished = &mut self.wished[n];
        wished.base = match how {
            How::Taken => MessageStatus::Accepted,
            How::TakenSilently | How::Lost => MessageStatus::Unknown,
            How::Refused => MessageStatus::Failed,
            How::TooFast => MessageStatus::Queued,
        };
        if how == How::Taken {
            wished.name();
        }
    }

    /// The answer is being written down when the report comes.
    async fn crosses(&mut self, at: usize, status: Told, ours: bool) {
        let Some((n, row)) = self.call(at) else { return };
        self.take(n);
        let end = End::Accepted(self.wished[n].taken.clone().unwrap());
        let mut sender = self.db.begin().await.unwrap();
        endings::write(&mut sender, &[Ending { row, end }], NOW).await.unwrap();
        {
            let report = self.report(n, status, ours);
            tokio::pin!(report);
            // Far enough to look, where it is not kept waiting; what it finds then must not matter.
            let ended = tokio::time::timeout(Duration::from_millis(10), &mut report).await.is_ok();
            sender.commit().await.unwrap();
            if !ended {
                report.await;
            }
        }
        self.wished[n].base = MessageStatus::Accepted;
        self.wished[n].name();
        self.reported(n, status, ours);
    }

    fn take(&mut self, n: usize) {
        let name = format!("wamid.{}", self.wished[n].id);
        self.wished[n].taken.get_or_insert_with(|| wamid(&name));
    }

    /// One of the messages that Meta has. A call may be there while its answer is still on its way.
    fn taken(&mut self, at: usize) -> Option<usize> {
        let under_way: Vec<usize> = self.calls.iter().map(|(n, _)| *n).collect();
        if at.is_multiple_of(3)
            && let Some(n) = under_way.get(at % under_way.len().max(1))
        {
            self.take(*n);
        }
        let taken: Vec<_> = (0..self.wished.len()).filter(|n| self.wished[*n].taken.is_some()).collect();
        (!taken.is_empty()).then(|| taken[at % taken.len()])
    }

    async fn report(&self, n: usize, status: Told, ours: bool) {
        let wished = &self.wished[n];
        let error = (status == Told::Failed).then(|| match failed(131_026) {
            End::Failed(error) => error,
            _ => unreachable!("a failure"),
        });
        let report = Report { wamid: wished.taken.clone().unwrap(), status: status.status(), at_ms: NOW + 1, error };
        let ours = ours.then(|| wished.id.clone());
        commit!(self.db, tx => delivery::apply(&mut tx, &self.shop.brief.id, &report, ours.as_ref(), NOW + 2));
    }

    fn reported(&mut self, n: usize, status: Told, ours: bool) {
        let wished = &mut self.wished[n];
        if ours && !wished.named {
            wished.name();
        }
        let place = if wished.named { &mut wished.told } else { &mut wished.waiting };
        place.push(status.status());
    }

    /// What a reader of each chat sees is what the model says.
    async fn compare(&self) {
        for (n, chat) in self.chats.iter().enumerate() {
            let (mut shown, _) = look!(self.db, read => messages::page(&mut read.conn(), chat, None, 100));
            shown.sort_by_key(|full| full.message.seq);
            let (said, sent): (Vec<_>, Vec<_>) =
                shown.iter().map(|full| &full.message).partition(|message| message.direction == Direction::In);
            let said: Vec<_> = said.iter().map(|message| &message.id).collect();
            assert_eq!(said, self.heard[n].iter().collect::<Vec<_>>(), "what the customer said");
            let expected = self.wished.iter().filter(|wished| wished.chat == n);
            let expected: Vec<_> = expected
                .map(|wished| (&wished.id, wished.shown(), wished.taken.as_ref().filter(|_| wished.named)))
                .collect();
            let sent: Vec<_> =
                sent.iter().map(|message| (&message.id, message.status, message.wamid.as_ref())).collect();
            assert_eq!(sent, expected, "what was sent");
        }
        for wished in &self.wished {
            let shown = look_reactions(&message(self.db, &wished.id).await);
            let expected = wished.reaction.map(|(_, emoji)| EMOJIS[emoji]).filter(|emoji| !emoji.is_empty());
            assert_eq!(shown.as_deref(), expected, "the customer's reaction");
        }
    }
}

fn unknown() -> End {
    End::Unknown { hold_until_ms: NOW, unconfirmed_at_ms: NOW }
}

async fn rows_2_3_9_12_a_reader_sees_what_the_model_says(db: TestDb) {
    let number = |name: &str| std::env::var(name).ok().map(|number| number.parse::<u64>().expect("a number"));
    let seconds = number("MAJLIS_FUZZ_SECONDS").unwrap_or(4);
    let first = number("MAJLIS_TEST_SEED").unwrap_or_else(|| uuid::Uuid::now_v7().as_u64_pair().1);
    println!("seed: MAJLIS_TEST_SEED={first}");
    let runtime = tokio::runtime::Handle::current();
    let run = move || {
        let (began, mut round) = (Instant::now(), 0);
        let case = std::cell::Cell::new(0);
        while round == 0 || began.elapsed() < Duration::from_secs(seconds) {
            let seed = first.wrapping_add(round);
            let mut bytes = [0; 32];
            bytes[..8].copy_from_slice(&seed.to_le_bytes());
            let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
            let config = ProptestConfig { failure_persistence: None, cases: 16, ..ProptestConfig::default() };
            let outcome = TestRunner::new_with_rng(config, rng).run(&steps(), |steps| {
                case.set(case.get() + 1);
                runtime.block_on(async {
                    let mut world = World::begin(&db, case.get()).await;
                    for step in steps {
                        world.step(step).await;
                    }
                    world.compare().await;
                });
                Ok(())
            });
            if let Err(found) = outcome {
                panic!("MAJLIS_TEST_SEED={seed}: {found}");
            }
            round += 1;
        }
        println!("{} stories", case.get());
    };
    tokio::task::spawn_blocking(run).await.unwrap();
}
