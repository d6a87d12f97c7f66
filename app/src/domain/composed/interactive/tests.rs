use super::super::Composed;
use super::*;

fn with(ask: Ask) -> Interactive {
    Interactive { header: None, body: "اختر".to_owned(), footer: None, ask }
}

fn buttons(titles: &[&str]) -> Ask {
    let button = |(at, title): (usize, &&str)| Button { id: format!("b{at}"), title: (*title).to_owned() };
    Ask::Buttons(titles.iter().enumerate().map(button).collect())
}

fn rows(from: usize, count: usize) -> Vec<Row> {
    (from..from + count).map(|n| Row { id: format!("r{n}"), title: format!("Row {n}"), description: None }).collect()
}

fn list(sections: Vec<(Option<&str>, Vec<Row>)>) -> Ask {
    let sections = sections.into_iter().map(|(title, rows)| Section { title: title.map(str::to_owned), rows });
    Ask::List { button: "اختر".to_owned(), sections: sections.collect() }
}

fn link(url: &str) -> Ask {
    Ask::Link { label: "ادفع".to_owned(), url: url.to_owned() }
}

fn shelf(title: Option<&str>, count: usize) -> Shelf {
    Shelf { title: title.map(str::to_owned), retailer_ids: (0..count).map(|n| format!("RH-{n}")).collect() }
}

fn products(shelves: Vec<Shelf>) -> Interactive {
    let ask = Ask::Products { catalog_id: "194000000000001".to_owned(), shelves };
    Interactive { header: Some(Header::Text("العروض".to_owned())), ..with(ask) }
}

fn picture() -> Option<Header> {
    let place = FilePlace::Link("https://x.example/a.jpg".to_owned());
    Some(Header::File { kind: MediaKind::Image, place, name: None })
}

#[test]
fn every_limit_is_checked_by_its_field() {
    use Problem::{Malformed, Missing, Repeated, TooLong, TooMany, Unexpected};
    let long = |chars: usize| "ن".repeat(chars);
    let headed = |header: Option<Header>, ask: Ask| Interactive { header, ..with(ask) };
    let text = |chars: usize| Some(Header::Text("ن".repeat(chars)));
    let yes = || buttons(&["نعم"]);
    let titled = |id: &str, title: &str| Ask::Buttons(vec![Button { id: id.to_owned(), title: title.to_owned() }]);
    let row = |row: Row| list(vec![(None, vec![row])]);
    let plain = || Row { id: "r".to_owned(), title: "R".to_owned(), description: None };
    for (name, interactive, expected) in [
        ("three buttons", with(buttons(&["نعم", "لا", "لاحقًا"])), None),
        ("four buttons", with(buttons(&["1", "2", "3", "4"])), Some(("action.buttons", TooMany))),
        ("no button", with(buttons(&[])), Some(("action.buttons", Missing))),
        ("the same title twice", with(buttons(&["نعم", "نعم "])), Some(("action.buttons[1].reply.title", Repeated))),
        ("a full title", with(titled("y", &long(20))), None),
        ("a long title", with(titled("y", &long(21))), Some(("action.buttons[0].reply.title", TooLong))),
        ("no title", with(titled("y", " ")), Some(("action.buttons[0].reply.title", Missing))),
        ("no id", with(titled("", "نعم")), Some(("action.buttons[0].reply.id", Missing))),
        ("a long id", with(titled(&"i".repeat(257), "نعم")), Some(("action.buttons[0].reply.id", TooLong))),
        ("no words", Interactive { body: " ".to_owned(), ..with(yes()) }, Some(("body.text", Missing))),
        ("full words", Interactive { body: long(1_024), ..with(yes()) }, None),
        ("long words", Interactive { body: long(1_025), ..with(yes()) }, Some(("body.text", TooLong))),
        ("a list has more", Interactive { body: long(4_096), ..with(list(vec![(None, rows(0, 1))])) }, None),
        (
            "but not without end",
            Interactive { body: long(4_097), ..with(list(vec![(None, rows(0, 1))])) },
            Some(("body.text", TooLong)),
        ),
        ("a full header", headed(text(60), yes()), None),
        ("a long header", headed(text(61), yes()), Some(("header.text", TooLong))),
        ("an empty header", headed(text(0), yes()), Some(("header.text", Missing))),
        ("a long footer", Interactive { footer: Some(long(61)), ..with(yes()) }, Some(("footer.text", TooLong))),
        ("a picture above buttons", headed(picture(), yes()), None),
        (
            "a picture above a list",
            headed(picture(), list(vec![(None, rows(0, 1))])),
            Some(("header.type", Unexpected)),
        ),
        ("a header above a question", headed(text(1), Ask::Location), Some(("header", Unexpected))),
        (
            "a footer below a question",
            Interactive { footer: Some("f".to_owned()), ..with(Ask::Contact) },
            Some(("footer", Unexpected)),
        ),
        ("ten rows", with(list(vec![(Some("أ"), rows(0, 5)), (Some("ب"), rows(5, 5))])), None),
        (
            "eleven rows in two sections",
            with(list(vec![(Some("أ"), rows(0, 5)), (Some("ب"), rows(5, 6))])),
            Some(("action.sections[1].rows", TooMany)),
        ),
        ("no rows", with(list(vec![(None, vec![])])), Some(("action.sections[0].rows", Missing))),
        ("no sections", with(list(vec![])), Some(("action.sections", Missing))),
        (
            "two sections, one title",
            with(list(vec![(Some("أ"), rows(0, 1)), (None, rows(1, 1))])),
            Some(("action.sections[1].title", Missing)),
        ),
        (
            "a long title of a section",
            with(list(vec![(Some(&"س".repeat(25)), rows(0, 1))])),
            Some(("action.sections[0].title", TooLong)),
        ),
        (
            "one id twice, in two sections",
            with(list(vec![(Some("أ"), rows(0, 1)), (Some("ب"), rows(0, 1))])),
            Some(("action.sections[1].rows[0].id", Repeated)),
        ),
        (
            "a long row",
            with(row(Row { title: long(25), ..plain() })),
            Some(("action.sections[0].rows[0].title", TooLong)),
        ),
        (
            "a long description",
            with(row(Row { description: Some(long(73)), ..plain() })),
            Some(("action.sections[0].rows[0].description", TooLong)),
        ),
        (
            "a long button of a list",
            with(Ask::List { button: long(21), sections: vec![Section { title: None, rows: rows(0, 1) }] }),
            Some(("action.button", TooLong)),
        ),
        ("a link", with(link("https://pay.rayhan.example/20418?x=1")), None),
        ("a script", with(link("javascript:alert(1)")), Some(("action.parameters.url", Malformed))),
        ("no host", with(link("https:///x")), Some(("action.parameters.url", Malformed))),
        ("a space", with(link("https://a.example/ b")), Some(("action.parameters.url", Malformed))),
        (
            "a long label",
            with(Ask::Link { label: long(21), url: "https://a.example".to_owned() }),
            Some(("action.parameters.display_text", TooLong)),
        ),
        ("a country", with(Ask::Address { country: "IN".to_owned() }), None),
        (
            "a country in words",
            with(Ask::Address { country: "India".to_owned() }),
            Some(("action.parameters.country", Malformed)),
        ),
        (
            "a product without words",
            Interactive {
                body: String::new(),
                ..with(Ask::Product { catalog_id: "1".to_owned(), retailer_id: "RH-1".to_owned() })
            },
            None,
        ),
        (
            "a product of no catalogue",
            with(Ask::Product { catalog_id: String::new(), retailer_id: "RH-1".to_owned() }),
            Some(("action.catalog_id", Missing)),
        ),
        ("thirty products", products(vec![shelf(Some("أ"), 20), shelf(Some("ب"), 10)]), None),
        (
            "one too many",
            products(vec![shelf(Some("أ"), 20), shelf(Some("ب"), 11)]),
            Some(("action.sections[1].product_items", TooMany)),
        ),
        (
            "products without a header",
            Interactive { header: None, ..products(vec![shelf(None, 1)]) },
            Some(("header.text", Missing)),
        ),
        ("the catalogue", with(Ask::Catalog { thumbnail: None }), None),
    ] {
        let found = Composed::Interactive(Box::new(interactive)).check().err();
        let expected = expected.map(|(field, problem)| Fault::new(format!("interactive.{field}"), problem));
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn a_bubble_shows_what_the_customer_gets() {
    let message = Composed::Interactive(Box::new(headed_list()));
    let content::Part::Interactive(shown) = message.content().part.unwrap() else { panic!() };
    assert_eq!((shown.header.as_deref(), shown.footer.as_deref()), (Some("المواعيد"), Some("ريحان")));
    let Action::List { sections, .. } = shown.action else { panic!() };
    assert_eq!((sections.len(), sections[0].rows[1].title.as_str()), (1, "Row 1"));
    assert_eq!(message.text(), Some("اختر"));
}

#[test]
fn a_bubble_knows_its_file_and_its_products() {
    let shown = |interactive: Interactive| {
        let Some(content::Part::Interactive(shown)) = Composed::Interactive(Box::new(interactive)).content().part
        else {
            panic!()
        };
        shown
    };
    let pictured = shown(Interactive { header: picture(), ..with(buttons(&["نعم"])) });
    assert_eq!((pictured.header, pictured.file), (None, Some(MediaKind::Image)));
    let offered = shown(products(vec![shelf(Some("العناية"), 2), shelf(Some("العطور"), 1)]));
    let Action::Shelves(sections) = offered.action else { panic!() };
    let told: Vec<_> = sections.iter().map(|it| (it.title.as_deref(), it.rows.len())).collect();
    assert_eq!(told, [(Some("العناية"), 2), (Some("العطور"), 1)]);
    assert_eq!(sections[0].rows[1].title, "RH-1");
}

fn headed_list() -> Interactive {
    let header = Some(Header::Text("المواعيد".to_owned()));
    Interactive { header, footer: Some("ريحان".to_owned()), ..with(list(vec![(None, rows(0, 2))])) }
}
