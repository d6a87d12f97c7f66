//! What differs between two conversations made of one exchange: days, places, products, numbers.

use super::exchanges::{Line, Written};
use super::people::Person;
use crate::simulator::dice::Dice;

/// The values of one conversation's placeholders.
#[derive(Clone, Debug)]
pub struct Variation<'a> {
    person: &'a Person,
    product: (&'a str, &'a str),
    city: (&'a str, &'a str),
    day: (&'a str, &'a str),
    order: String,
    hour: i64,
}

impl<'a> Variation<'a> {
    pub fn new(written: &'a Written, person: &'a Person, dice: &mut Dice) -> Self {
        let both = |ar: &'a [String], en: &'a [String], place: usize| {
            (ar.get(place).map_or("", String::as_str), en.get(place).map_or("", String::as_str))
        };
        let variations = &written.variations;
        let product = dice.pick(&written.products).map_or(("", ""), |product| (&*product.ar, &*product.en));
        let day = dice.below(variations.day_ar.len());
        let city = match person.country.as_str() {
            "EG" => both(&variations.city_ar, &variations.city_en, dice.below(6)),
            "SA" => both(&variations.city_ar, &variations.city_en, 6 + dice.below(2)),
            "AE" => both(&variations.city_ar, &variations.city_en, 8 + dice.below(2)),
            "KW" => both(&variations.city_ar, &variations.city_en, 10),
            "OM" => both(&variations.city_ar, &variations.city_en, 11),
            "QA" => ("الدوحة", "Doha"),
            "BH" => ("المنامة", "Manama"),
            _ => ("عمّان", "Amman"),
        };
        Self {
            person,
            product,
            city,
            day: both(&variations.day_ar, &variations.day_en, day),
            order: dice.between(41_200, 68_900).to_string(),
            // Early evening: the exchanges name 8 and 9 as the hour after it.
            hour: dice.between(4, 7),
        }
    }

    /// A line's text with its placeholders filled, in the language around them.
    pub fn fill(&self, line: &Line) -> Option<String> {
        let text = line.text.as_deref()?;
        let arabic = text.chars().any(|c| ('\u{0600}'..='\u{06FF}').contains(&c));
        let chosen = |(ar, en): (&'a str, &'a str)| if arabic { ar } else { en };
        let mut filled = String::with_capacity(text.len() + 32);
        let mut rest = text;
        // One pass: what is filled in is never looked at again.
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let Some((key, after)) = after.split_once('}') else { break };
            match key {
                // Customers give their whole name, we call them by the first.
                "name" if line.is_customers() => filled.push_str(&self.person.customer.name),
                "name" => filled.push_str(&self.person.first_name),
                "product" => filled.push_str(chosen(self.product)),
                "city" => filled.push_str(chosen(self.city)),
                "day" => filled.push_str(chosen(self.day)),
                "order" => filled.push_str(&self.order),
                "hour" => filled.push_str(&self.hour.to_string()),
                _ => {}
            }
            rest = after;
        }
        filled.push_str(rest);
        Some(filled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulator::seed::exchanges::written;
    use crate::simulator::seed::people::Crowd;

    #[test]
    fn placeholders_are_filled_in_the_language_around_them() {
        let written = written().unwrap();
        let mut dice = Dice::new(5);
        let person = Crowd::new(&written.people, &mut dice).take(&["EG"], false, &mut dice).unwrap();
        let variation = Variation::new(&written, &person, &mut dice);
        let say = |from: &str, text: &str| {
            let line = Line { from: from.into(), kind: "text".into(), text: Some(text.into()), after_s: 0 };
            variation.fill(&line).unwrap()
        };
        assert_eq!(say("mona", "أهلا يا {name}"), "أهلا يا هبة");
        assert_eq!(say("customer", "{name}"), "هبة السيد");
        assert!(written.variations.day_en.contains(&say("mona", "{day}")));
        assert!(written.variations.day_ar.contains(&say("mona", "يوم {day}").replace("يوم ", "")));
        assert_eq!(say("mona", "x {other} y"), "x  y");
    }
}
