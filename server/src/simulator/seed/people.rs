//! The customers: the written names first, then new pairs of their first and family names. Numbers are clearly nobody's.

use std::collections::HashSet;

use super::exchanges::WrittenPerson;
use crate::simulator::customer::Customer;
use crate::simulator::dice::Dice;

/// A customer to be seeded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub customer: Customer,
    pub first_name: String,
    pub country: String,
}

/// Hands out people, each once.
pub struct Crowd<'a> {
    written: &'a [WrittenPerson],
    /// Which of the written are still to be had.
    free: Vec<&'a WrittenPerson>,
    names: HashSet<String>,
    /// The last four digits of phone numbers, each used once whatever the country.
    endings: Vec<u16>,
    latin_count: usize,
}

/// Mentioned in exchanges, so they should be nobody's here.
const TAKEN_ENDINGS: [u16; 5] = [1_842, 1_824, 2_290, 6_604, 6_120];

const LATIN_FAMILIES: [&str; 6] = ["Alharbi", "Almutairi", "Alkaabi", "Alenezi", "Aldosari", "Alqahtani"];

impl<'a> Crowd<'a> {
    pub fn new(written: &'a [WrittenPerson], dice: &mut Dice) -> Self {
        let mut endings: Vec<u16> = (1_000..10_000).filter(|ending| !TAKEN_ENDINGS.contains(ending)).collect();
        dice.shuffle(&mut endings);
        Self { written, free: written.iter().collect(), names: HashSet::new(), endings, latin_count: 0 }
    }

    /// The next person from one of these countries (any, if empty), with a name in these letters.
    pub fn take(&mut self, countries: &[&str], latin: bool, dice: &mut Dice) -> Option<Person> {
        let fits = |person: &WrittenPerson| {
            (countries.is_empty() || countries.contains(&person.country.as_str())) && is_latin(&person.name) == latin
        };
        let (name, country) = match self.free.iter().position(|person| fits(person)) {
            Some(place) => {
                let person = self.free.remove(place);
                (person.name.clone(), person.country.clone())
            }
            None => self.invent(&fits, dice)?,
        };
        self.names.insert(name.clone());
        self.person(&name, country, dice)
    }

    /// A name of two people's names: one's first, another's family name, of one country.
    fn invent(&self, fits: &dyn Fn(&WrittenPerson) -> bool, dice: &mut Dice) -> Option<(String, String)> {
        let people: Vec<&WrittenPerson> = self.written.iter().filter(|person| fits(person)).collect();
        for _ in 0..1_000 {
            let (given, other) = (dice.pick(&people)?, dice.pick(&people)?);
            let first = first_name(&given.name);
            let family = if is_latin(&given.name) && given.country != "EG" {
                // The Gulf's names in Latin letters come from all over the world and do not mix.
                let is_known = family_name(&given.name).is_none();
                dice.pick(&LATIN_FAMILIES).filter(|_| is_known).map(|family| (*family).to_owned())
            } else {
                family_name(&other.name).filter(|_| given.country == other.country)
            };
            // "Father of …" stands alone.
            let Some(family) = family.filter(|family| !first.contains(' ') && *family != first) else { continue };
            let name = format!("{first} {family}");
            if !self.names.contains(&name) && self.written.iter().all(|person| clean(&person.name) != name) {
                return Some((name, given.country.clone()));
            }
        }
        None
    }

    fn person(&mut self, name: &str, country: String, dice: &mut Dice) -> Option<Person> {
        let ending = self.endings.pop()?;
        let user_id = format!("{country}.90010020{ending}{:04}", dice.below(10_000));
        let latin = is_latin(name);
        self.latin_count += usize::from(latin);
        // A few show no number, only a username.
        let hides_phone = latin && [4, 13, 22].contains(&self.latin_count);
        let username = (hides_phone || (latin && dice.percent(25))).then(|| username(name));
        let phone = (!hides_phone).then(|| phone(&country, ending));
        let first_name = first_name(name);
        let customer = Customer { name: name.replace('_', " "), phone, user_id: Some(user_id), username };
        Some(Person { customer, first_name, country })
    }
}

/// A number of the country that is spaced like a real one and full of zeros, as in films.
pub fn phone(country: &str, ending: u16) -> String {
    let head = match country {
        "EG" => "+20100000",
        "SA" => "+96650000",
        "AE" => "+97150000",
        "KW" => "+9655000",
        "QA" => "+9743000",
        "OM" => "+9689000",
        "BH" => "+9733000",
        "JO" => "+96279000",
        _ => "+88210000",
    };
    format!("{head}{ending:04}")
}

/// The name without ornaments: words that have letters.
fn clean(name: &str) -> String {
    let words: Vec<&str> =
        name.split_whitespace().take_while(|word| *word != "|").filter(|word| has_letters(word)).collect();
    words.join(" ")
}

fn has_letters(word: &str) -> bool {
    word.chars().any(char::is_alphabetic)
}

pub fn first_name(name: &str) -> String {
    clean(name).split(' ').next().unwrap_or_default().replace('_', " ")
}

/// What follows the first name, if it is more than an initial.
fn family_name(name: &str) -> Option<String> {
    if name.contains('|') {
        return None;
    }
    let clean = clean(name);
    let (_, family) = clean.split_once(' ')?;
    (family.chars().count() > 2).then(|| family.to_owned())
}

fn is_latin(name: &str) -> bool {
    name.chars().any(|c| c.is_ascii_alphabetic())
}

fn username(name: &str) -> String {
    let lower = clean(name).to_lowercase();
    lower
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '.' })
        .collect::<String>()
        .trim_matches('.')
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_apart() {
        for (name, first, family) in [
            ("هبة السيد", "هبة", Some("السيد")),
            ("مصطفى أبو زيد", "مصطفى", Some("أبو زيد")),
            ("أم_يوسف 🤍", "أم يوسف", None),
            ("نورهان عادل ✨", "نورهان", Some("عادل")),
            ("ندى | بيوتي سنتر لمسة", "ندى", None),
            ("Rashid A.", "Rashid", None),
            ("Hamad", "Hamad", None),
        ] {
            assert_eq!((first_name(name).as_str(), family_name(name).as_deref()), (first, family), "{name}");
        }
    }

    #[test]
    fn everyone_is_someone_else() {
        let written = super::super::exchanges::written().unwrap();
        let mut dice = Dice::new(3);
        let mut crowd = Crowd::new(&written.people, &mut dice);
        let mut keys = HashSet::new();
        let mut names = HashSet::new();
        for turn in 0..200 {
            let countries: &[&str] = if turn % 2 == 0 { &["EG"] } else { &["SA", "AE", "KW"] };
            let person = crowd.take(countries, false, &mut dice).unwrap();
            assert!(countries.contains(&person.country.as_str()));
            assert!(keys.insert(person.customer.key().to_owned()), "{person:?}");
            assert!(names.insert(person.customer.name.clone()), "{person:?}");
            let phone = person.customer.phone.unwrap();
            assert_eq!(app::domain::phone::e164(&phone).as_deref(), Some(phone.as_str()));
        }
        let latin: Vec<Person> = (0..40).map(|_| crowd.take(&[], true, &mut dice).unwrap()).collect();
        assert_eq!(latin.iter().filter(|person| person.customer.phone.is_none()).count(), 3);
        assert!(latin.iter().all(|person| person.customer.phone.is_some() || person.customer.username.is_some()));
    }
}
