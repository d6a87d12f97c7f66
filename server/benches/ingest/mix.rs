//! What Meta sends: 70 % statuses of messages the business sent, 30 % customers' messages, 1 % of those from people never
//! seen before. Built and signed before the clock starts.

use server::simulator::Customer;
use server::simulator::webhook::{self, Content, Incoming, Number, Report};

use crate::seed::{self, Size};

const STATUSES: [&str; 3] = ["sent", "delivered", "read"];
/// Messages whose three statuses come interleaved, as they do when many conversations run at once.
const AT_ONCE: usize = 512;
pub const TEXTS: [&str; 4] = [
    "السلام عليكم، أين وصل طلبي رقم 4821 من فضلك؟",
    "Is the blue one still there in size 42? I would come by today.",
    "شكرا جزيلا على المساعدة، وصلت القطعة سليمة والتغليف ممتاز.",
    "تمام",
];

/// What one request told, for the count afterwards.
#[derive(Clone, Copy, Debug)]
pub enum Told {
    Message,
    /// The `nth` outgoing message of the seed got this place in `STATUSES`.
    Status {
        nth: usize,
        status: u8,
    },
}

/// Whole HTTP requests, one after the other in memory.
#[derive(Default)]
pub struct Requests {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    pub told: Vec<Told>,
}

impl Requests {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn get(&self, i: usize) -> &[u8] {
        let start = if i == 0 { 0 } else { self.ends[i - 1] };
        &self.bytes[start..self.ends[i]]
    }

    /// Those were sent; the rest comes next.
    pub fn drop_first(&mut self, count: usize) {
        let Some(last) = count.checked_sub(1) else { return };
        let sent = self.ends[last];
        self.bytes.drain(..sent);
        self.ends.drain(..count);
        self.ends.iter_mut().for_each(|end| *end -= sent);
        self.told.drain(..count);
    }
}

/// The stream of webhooks for one server: nothing comes twice.
pub struct Mix {
    size: Size,
    dice: u64,
    statuses: usize,
    new_messages: usize,
    new_customers: usize,
}

impl Mix {
    pub fn new(size: Size) -> Self {
        Self { size, dice: 42, statuses: 0, new_messages: 0, new_customers: 0 }
    }

    /// Adds what follows until `count` requests lie there.
    pub fn fill(&mut self, requests: &mut Requests, count: usize, now_ms: i64) {
        let number = seed::number();
        while requests.len() < count {
            let status = self.roll(10) < 7 && self.statuses < self.size.outgoing() * STATUSES.len();
            let (told, value) = if status { self.status(&number, now_ms) } else { self.message(&number, now_ms) };
            let body = webhook::body(&number, vec![value]);
            requests.bytes.extend(signed(&body));
            requests.ends.push(requests.bytes.len());
            requests.told.push(told);
        }
    }

    fn status(&mut self, number: &Number, now_ms: i64) -> (Told, serde_json::Value) {
        let group = AT_ONCE.min(self.size.outgoing());
        let (round, place) = (self.statuses / (group * STATUSES.len()), self.statuses % (group * STATUSES.len()));
        let nth = (round * group + place % group) % self.size.outgoing();
        let status = place / group;
        self.statuses += 1;
        let (message, conversation) = self.size.outgoing_message(nth);
        let report = Report {
            customer: &customer(conversation),
            wamid: &seed::wamid(message),
            status: STATUSES[status],
            at_ms: now_ms,
            biz_opaque_callback_data: None,
            error: None,
        };
        (Told::Status { nth, status: status as u8 }, webhook::status(number, &report))
    }

    fn message(&mut self, number: &Number, now_ms: i64) -> (Told, serde_json::Value) {
        let customer = if self.roll(100) == 0 {
            self.new_customers += 1;
            customer(self.size.conversations + self.new_customers)
        } else {
            customer(self.roll(self.size.conversations))
        };
        let wamid = seed::wamid(self.size.messages + self.new_messages);
        self.new_messages += 1;
        let content = Content::text(TEXTS[self.roll(TEXTS.len())]);
        let incoming =
            Incoming { customer: &customer, wamid: &wamid, sent_at_ms: now_ms, content: &content, reply_to: None };
        (Told::Message, webhook::message(number, &incoming))
    }

    /// 0 to `sides` - 1; the same sequence in every run (splitmix64).
    fn roll(&mut self, sides: usize) -> usize {
        self.dice = self.dice.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.dice;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % sides as u64) as usize
    }
}

/// A whole HTTP request with this body.
pub fn signed(body: &[u8]) -> Vec<u8> {
    let signature = webhook::sign(seed::APP_SECRET, body);
    let head = format!(
        "POST /webhooks/whatsapp HTTP/1.1\r\nhost: 127.0.0.1\r\nuser-agent: facebookexternalua\r\n\
         accept: */*\r\ncontent-type: application/json\r\nx-hub-signature-256: {signature}\r\n\
         content-length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

fn customer(i: usize) -> Customer {
    Customer {
        name: format!("Customer {i}"),
        phone: Some(seed::phone(i)),
        user_id: Some(seed::user_id(i)),
        username: None,
    }
}
