//! Reads a page as XML. All browsers understand a page that is well-formed XML in the same way, because they need not
//! guess where an element ends.

/// An element of a page.
#[derive(Debug, Default)]
pub struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    /// The text of the element without that of its children. Entities such as `&lt;` are replaced by their characters.
    pub text: String,
    pub children: Vec<Element>,
}

impl Element {
    /// Calls `visit` for this element and all elements inside of it.
    pub fn each<'e>(&'e self, visit: &mut impl FnMut(&'e Element)) {
        visit(self);
        self.children.iter().for_each(|child| child.each(visit));
    }

    /// Returns all elements with a name, in the order of the page.
    pub fn all(&self, name: &str) -> Vec<&Element> {
        let mut all = Vec::new();
        self.each(&mut |element| all.extend((element.name == name).then_some(element)));
        all
    }

    /// Returns all elements of a class, in the order of the page.
    pub fn all_of_class(&self, class: &str) -> Vec<&Element> {
        let mut all = Vec::new();
        let is_class = |(name, value): &(String, String)| name == "class" && value == class;
        self.each(&mut |element| all.extend(element.attributes.iter().any(is_class).then_some(element)));
        all
    }
}

/// Returns the root element of a page. This panics if the page is no well-formed XML.
pub fn parse(page: &str) -> Element {
    let mut rest = page.strip_prefix("<!DOCTYPE html>\n").expect("the page begins with its type");
    let mut open = vec![Element::default()];
    while let Some(at) = rest.find('<') {
        let (text, behind) = rest.split_at(at);
        open.last_mut().expect("an element is open").text.push_str(&plain(text));
        let end = behind.find('>').expect("a tag is ended");
        let tag = &behind[1..end];
        rest = &behind[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            let element = open.pop().expect("an element is open");
            assert_eq!(element.name, name, "the innermost element is ended");
            open.last_mut().expect("the root is not ended twice").children.push(element);
        } else if let Some(tag) = tag.strip_suffix('/') {
            open.last_mut().expect("an element is open").children.push(start(tag));
        } else {
            open.push(start(tag));
        }
    }
    assert_eq!(rest, "\n", "nothing stands behind the page");
    let mut outside = open.pop().expect("one element is left");
    assert!(open.is_empty(), "{} elements are not ended", open.len());
    assert_eq!(outside.children.len(), 1, "a page has one root");
    outside.children.pop().expect("the root")
}

/// Reads the text of a start tag without its angle brackets: `NAME ATTRIBUTE="VALUE" ...`. Returns an element that has
/// no content yet.
fn start(tag: &str) -> Element {
    let (name, mut rest) = tag.split_at(tag.find(' ').unwrap_or(tag.len()));
    assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric()), "an odd element: <{tag}>");
    let mut attributes: Vec<(String, String)> = Vec::new();
    while let Some(attribute) = rest.strip_prefix(' ') {
        let (name, value) = attribute.split_once("=\"").expect("an attribute has a value in quotes");
        let (value, behind) = value.split_once('"').expect("a value is ended");
        assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'), "an odd attribute: <{tag}>");
        assert!(attributes.iter().all(|(other, _)| other != name), "an attribute twice: <{tag}>");
        attributes.push((name.to_owned(), plain(value)));
        rest = behind;
    }
    assert_eq!(rest, "", "<{tag}>");
    Element { name: name.to_owned(), attributes, ..Element::default() }
}

/// Returns a text with its entities, such as `&lt;`, replaced by their characters.
fn plain(text: &str) -> String {
    let mut parts = text.split('&');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (entity, rest) = part.split_once(';').expect("an entity is ended");
        plain.push(match entity {
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            "quot" => '"',
            "#39" => '\'',
            _ => panic!("an unknown entity: &{entity};"),
        });
        plain.push_str(rest);
    }
    plain
}
