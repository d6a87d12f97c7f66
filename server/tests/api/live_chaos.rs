//! After any disorder each agent's view equals a fresh load (promise 5).

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use server::simulator::{Behaviour, Statuses};

use crate::harness::{AHMED, Agent, House, Place, SARA, Tab, Writer, seed, status_of};

both!(after_any_disorder_a_view_equals_a_fresh_one);

const STEPS: usize = 160;
const CUSTOMERS: usize = 6;

async fn after_any_disorder_a_view_equals_a_fresh_one(place: &Place) {
    let mut house = House::open(place).await;
    let mut dice = StdRng::seed_from_u64(seed());
    let writers: Vec<_> = (0..CUSTOMERS).map(Writer::nth).collect();
    let conversations = house.conversations_with(&writers).await;
    let people = [Agent::sign_in(&house, AHMED).await, Agent::sign_in(&house, SARA).await];
    let mut tabs = [Tab::open(&people[0], Some(&conversations[0])).await, Tab::open(&people[1], None).await];
    let plans = [Statuses::read(), Statuses::delivered(), Statuses::failed(131_026), Statuses::none()];
    for step in 0..STEPS {
        let n = dice.random_range(0..CUSTOMERS);
        let who = dice.random_range(0..people.len());
        match dice.random_range(0..100) {
            0..30 => {
                let late_ms = dice.random_range(0..600_000);
                house.receive(writers[n].says_at(&format!("رسالة {step}"), app::ctx::now_ms() - late_ms).1).await;
            }
            30..50 => {
                let plan = plans[dice.random_range(0..plans.len())].clone().shuffled(dice.random()).duplicated();
                house.graph.next_to(writers[n].key(), Behaviour::normal().then(plan));
                people[who].send(&conversations[n], &format!("رد {step}"), &format!("m{step}")).await.unwrap();
            }
            50..60 => people[who].mark_read(&conversations[n], dice.random_range(1..80)).await.unwrap(),
            60..70 => {
                let sends = house.graph.ledger().sends();
                if let Some(send) = sends.get(dice.random_range(0..sends.len().max(1))) {
                    let status = ["sent", "delivered", "read", "failed"][dice.random_range(0..4)];
                    house.receive(status_of(&writers[n], &send.wamid, status, None)).await;
                }
            }
            70..80 => tabs[who].disconnect(),
            80..88 => tabs[who].connect().await,
            88..97 => {
                // Takes in some of what has come, and leaves the rest.
                let most = dice.random_range(0..10);
                tabs[who].settle_within(std::time::Duration::from_millis(1), most).await;
            }
            _ => {
                house.server.kill();
                tabs.iter_mut().for_each(Tab::disconnect);
                house.start_again().await;
            }
        }
    }
    house.applied().await;
    for tab in &mut tabs {
        tab.disconnect();
        tab.connect().await;
        tab.until_fresh().await;
    }
}
