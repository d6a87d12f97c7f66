//! Promise 5: snapshot + events = fresh snapshot, for two agents' tabs, whatever happens and in whatever order it arrives.
//!
//! A world without a database, a hub like ours, and lines that are slow, break, lose and repeat. Nothing here hangs on
//! chance: the same cases run every time (more of them with `PROPTEST_CASES`).

mod hub;
mod tab;
mod world;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use app::domain::conversation::{ConversationStatus, ListFilter};
use app::domain::message::AuthorKind;
use app::live::protocol::{ClientFrame, LiveEvent, WatchList};
use app::live::view;
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

use tab::Tab;
use world::World;

/// A step; the numbers choose among what there is.
#[derive(Clone, Debug)]
enum Step {
    // In the world.
    CustomerWrites(u8, u8),
    AgentWrites(u8, u8),
    Report(u8, u8),
    ChangeRow(u8, u8),
    BringPast(u8, u8),
    AddChat(u8),
    AddChannel(u8),
    ChangeChannel(u8),
    AddAgent,
    ChangeAgent(u8),
    SetMembers(u8, u8),
    // In one of the two tabs, or between it and the server.
    SwitchFilter(bool, u8),
    ScrollList(bool),
    OpenThread(bool, u8),
    ScrollThread(bool),
    Install(bool, u8),
    Receive(bool, u8),
    Hear(bool),
    Ping(bool),
    Disconnect(bool),
    Connect(bool),
    Overflow(bool),
    Repeat(bool, u8),
    Settle,
}

fn step() -> impl Strategy<Value = Step> {
    use Step::*;
    let (n, tab) = (any::<u8>, any::<bool>);
    prop_oneof![
        12 => (n(), n()).prop_map(|(chat, by)| CustomerWrites(chat, by)),
        8 => (n(), n()).prop_map(|(chat, by)| AgentWrites(chat, by)),
        8 => (n(), n()).prop_map(|(chat, by)| Report(chat, by)),
        8 => (n(), n()).prop_map(|(chat, by)| ChangeRow(chat, by)),
        4 => (n(), n()).prop_map(|(chat, by)| BringPast(chat, by)),
        4 => n().prop_map(AddChat),
        1 => n().prop_map(AddChannel),
        2 => n().prop_map(ChangeChannel),
        1 => Just(AddAgent),
        2 => n().prop_map(ChangeAgent),
        3 => (n(), n()).prop_map(|(channel, who)| SetMembers(channel, who)),
        2 => (tab(), n()).prop_map(|(tab, by)| SwitchFilter(tab, by)),
        6 => tab().prop_map(ScrollList),
        5 => (tab(), n()).prop_map(|(tab, by)| OpenThread(tab, by)),
        6 => tab().prop_map(ScrollThread),
        16 => (tab(), n()).prop_map(|(tab, by)| Install(tab, by)),
        20 => (tab(), n()).prop_map(|(tab, by)| Receive(tab, by)),
        14 => tab().prop_map(Hear),
        3 => tab().prop_map(Ping),
        2 => tab().prop_map(Disconnect),
        4 => tab().prop_map(Connect),
        1 => tab().prop_map(Overflow),
        4 => (tab(), n()).prop_map(|(tab, by)| Repeat(tab, by)),
        2 => Just(Settle),
    ]
}

fn filter(world: &World, by: u8) -> ListFilter {
    let any = ListFilter::default();
    match by % 4 {
        0 => any,
        1 => ListFilter { status: Some(ConversationStatus::Open), ..any },
        2 => ListFilter { assignee_id: Some(world.agents[(by / 4 % 2) as usize].id.clone()), ..any },
        _ => {
            let channel = world::pick(&world.channels, by / 4);
            ListFilter { channel_id: Some(world.channels[channel].brief.id.clone()), ..any }
        }
    }
}

/// A house with two agents, two numbers and more conversations than a page holds.
fn house() -> World {
    let mut world = World::default();
    (0..3).for_each(|_| world.add_agent());
    (0..2).for_each(|_| world.add_channel(None));
    (0..9).for_each(|n| world.add_chat(n));
    (0..40).for_each(|n| world.write(n % 4, AuthorKind::Agent, n));
    world
}

/// The members a number gets: everyone, or any of the first three agents.
fn members(world: &World, who: u8) -> Option<BTreeSet<app::domain::ids::AgentId>> {
    let some = world.agents.iter().take(3).enumerate().filter(|(n, _)| who & (1 << n) != 0);
    (who & 8 != 0).then(|| some.map(|(_, agent)| agent.id.clone()).collect())
}

fn take(step: &Step, world: &mut World, tabs: &mut [Tab; 2]) {
    use Step::*;
    let published = world.head();
    match step {
        CustomerWrites(chat, by) => world.write(*chat, AuthorKind::Customer, *by),
        AgentWrites(chat, by) => world.write(*chat, AuthorKind::Agent, *by),
        Report(chat, by) => world.report(*chat, *by),
        ChangeRow(chat, by) => world.change_row(*chat, *by),
        BringPast(chat, by) => world.bring_past(*chat, *by),
        AddChat(by) => world.add_chat(*by),
        AddChannel(who) if world.channels.len() < 5 => world.add_channel(members(world, *who)),
        AddChannel(_) => {}
        ChangeChannel(by) => world.change_channel(*by),
        AddAgent => world.add_agent(),
        ChangeAgent(by) => world.change_agent(*by),
        SetMembers(channel, who) => world.set_members(*channel, members(world, *who)),
        SwitchFilter(tab, by) => tabs[usize::from(*tab)].switch_filter(world, filter(world, *by)),
        ScrollList(tab) => tabs[usize::from(*tab)].scroll_list(world),
        OpenThread(tab, by) => tabs[usize::from(*tab)].open_thread(world, *by),
        ScrollThread(tab) => tabs[usize::from(*tab)].scroll_thread(world),
        Install(tab, by) => tabs[usize::from(*tab)].install(world, *by),
        Receive(tab, count) => {
            for _ in 0..=count % 8 {
                tabs[usize::from(*tab)].receive(world);
            }
        }
        Hear(tab) => drop(tabs[usize::from(*tab)].hear(world)),
        Ping(tab) => tabs[usize::from(*tab)].ping(world),
        Disconnect(tab) => tabs[usize::from(*tab)].disconnect(),
        Connect(tab) => tabs[usize::from(*tab)].connect(world),
        Overflow(tab) => tabs[usize::from(*tab)].overflow(),
        Repeat(tab, by) => tabs[usize::from(*tab)].repeat(world, *by),
        Settle => tabs.iter_mut().for_each(|tab| {
            tab.settle(world);
            tab.assert_true(world);
        }),
    }
    for seq in published + 1..=world.head() {
        tabs.iter_mut().for_each(|tab| tab.publish(world, seq));
    }
}

/// The event's name. A new kind of event does not compile until the world makes it too.
fn kind(event: &LiveEvent) -> &'static str {
    match event {
        LiveEvent::Message { .. } => "message",
        LiveEvent::Conversation { .. } => "conversation",
        LiveEvent::History { .. } => "history",
        LiveEvent::Channel { .. } => "channel",
        LiveEvent::Agent { .. } => "agent",
        LiveEvent::Access { granted: true, .. } => "access granted",
        LiveEvent::Access { granted: false, .. } => "access revoked",
    }
}

/// What must have happened for the test to mean anything.
const EVERYTHING: [&str; 14] = [
    "a newer page",
    "access granted",
    "access revoked",
    "agent",
    "an older page",
    "channel",
    "conversation",
    "cut off with an unanswered watch",
    "gained a number",
    "history",
    "message",
    "older messages",
    "older messages, asked for earlier",
    "told to start anew",
];

#[test]
fn snapshot_and_events_make_a_fresh_snapshot() {
    let seen: RefCell<BTreeMap<&'static str, usize>> = RefCell::default();
    let mut config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = 300;
    }
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let steps = prop::collection::vec(step(), 1..160);
    let outcome = TestRunner::new_with_rng(config, rng).run(&steps, |steps| {
        let mut world = house();
        let begun = world.log.len();
        let mut tabs = [0, 1].map(|n| Tab::open(&world, &world.agents[n].id.clone()));
        steps.iter().chain([&Step::Settle]).for_each(|step| take(step, &mut world, &mut tabs));
        let happened = world.log[begun..].iter().map(kind).chain(tabs.into_iter().flat_map(|tab| tab.seen));
        happened.for_each(|name| *seen.borrow_mut().entry(name).or_default() += 1);
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    let seen = seen.into_inner();
    assert_eq!(seen.keys().copied().collect::<Vec<_>>(), EVERYTHING, "how often: {seen:?}");
}

/// What the old line owed reaches back further than what was asked last: the lowest place counts, in any order.
#[test]
fn a_cut_line_loses_nothing_it_owed() {
    let world = house();
    let watch = |since| {
        let ClientFrame::Watch { list, .. } = view::watch(&Tab::open(&world, &world.agents[0].id).view) else {
            unreachable!()
        };
        list.map(|list| WatchList { since, ..list })
    };
    for order in [[20, 8], [8, 20]] {
        let mut view = world.inbox(&world.agents[0].id, &ListFilter::default(), None);
        assert!(view.list.seq > 20, "it must have gone on for this to mean anything");
        order.iter().for_each(|since| view::watching(&mut view, watch(*since).as_ref(), None));
        assert_eq!((view.list.seq, view.seq), (8, 8));
    }
}
