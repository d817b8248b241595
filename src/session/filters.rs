//! What a device asks for in its Alert: a `Filter` of 1.2, or options in the name of the datastore.
//!
//! Options stand behind `?`, or as the last parts of the path: a query in the grammar of 1.2, which is a filter for one
//! session (`?CATEGORY&iCON;Family`), and those of the Synthesis clients: `/dr(-30,90)`, days around today;
//! `/li(2000)`, bytes an item; `/max(100)`, items; `/na`, no attachments and no pictures; `/fi(..)` and `/tf(..)`, a query that takes from the device what
//! does not match, and one that does not. The name itself is kept as the device writes it. A filter holds for the session
//! and is never sent by us. Sources: Representation Protocol 1.2.2, sections 6.1.8, 6.1.9 and 10; `DevInf` 1.2,
//! section 5.3; REQ-REP-16, REQ-DINF-12.

use super::datastores::Datastore;
use super::devinf::Detail;
use super::talk::Talk;
use super::{Refused, datastores};
use crate::ids::Millis;
use crate::item::MediaType;
use crate::message::devinf::{ContentType, FilterCap, Property};
use crate::message::{self, AlertItem, Meta, StatusCode};
use crate::pim::fields::Field;
use crate::pim::filter::{BadQuery, Filter, FilterType, Query, Rule};

/// The one grammar we read.
const GRAMMAR: &str = "syncml:filtertype-cgi";
/// Its version.
const GRAMMAR_VERSION: &str = "1.0";
/// The furthest a window of days reaches from today.
const MOST_DAYS: i64 = 36_500;
const DAY_MS: i64 = 86_400_000;

/// Why a filter is refused. The Alert is answered with the [`BadFilter::status`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum BadFilter {
    /// A part that must be there is not.
    #[error("the filter has no {0}")]
    Missing(&'static str),
    /// The datastore holds nothing of the kind.
    #[error("the datastore holds no {0}")]
    Type(String),
    /// Neither `INCLUSIVE` nor `EXCLUSIVE`.
    #[error("there is no FilterType {0:?}")]
    FilterType(String),
    /// No list of properties.
    #[error("the field lists no properties")]
    Field,
    /// The datastore is synced in folders.
    #[error("a filter would leave items without their folders")]
    Folders,
    /// None that we read.
    #[error("the grammar {0:?} is not known")]
    Grammar(String),
    /// It is no query.
    #[error(transparent)]
    Query(#[from] BadQuery),
    /// An option in the datastore's name that is none of ours, or says nothing sensible.
    #[error("there is no option {0:?}")]
    Option(String),
}

impl BadFilter {
    /// The one place where this error meets the wire.
    pub(super) const fn status(&self) -> StatusCode {
        match self {
            Self::Missing(_) => StatusCode::IncompleteCommand,
            Self::Type(_) => StatusCode::UnsupportedMediaType,
            Self::FilterType(_) | Self::Folders => StatusCode::OptionalFeatureNotSupported,
            Self::Field => StatusCode::BadRequest,
            Self::Grammar(_) => StatusCode::UnknownSearchGrammar,
            Self::Query(_) | Self::Option(_) => StatusCode::BadCgi,
        }
    }

    /// The element that is not supported, for the Item of the Status.
    pub(super) const fn element(&self) -> Option<&'static str> {
        match self {
            Self::FilterType(_) => Some("FilterType"),
            Self::Missing(_)
            | Self::Field
            | Self::Type(_)
            | Self::Folders
            | Self::Grammar(_)
            | Self::Query(_)
            | Self::Option(_) => None,
        }
    }
}

/// What the device wants to have of this datastore.
///
/// # Errors
/// [`BadFilter`], with the first thing that is wrong.
pub(super) fn wanted(
    item: &AlertItem,
    store: &Datastore,
    now: Millis,
) -> Result<Filter, BadFilter> {
    let target = item.target.as_ref();
    let mut filter = options(target.map_or("", |target| target.uri.as_str()), now)?;
    if let Some(element) = target.and_then(|target| target.filter.as_deref()) {
        take(element, store, &mut filter)?;
    }
    Ok(filter)
}

/// The element of an Alert's filter that we do not support, if that is what is wrong with it.
pub(super) fn unsupported(item: &AlertItem) -> Option<&'static str> {
    let target = item.target.as_ref()?;
    let store = datastores::find(&target.uri)?;
    let element = target.filter.as_deref()?;
    let taken = take(element, store, &mut Filter::default());
    taken.err().as_ref().and_then(BadFilter::element)
}

/// Adds a `Filter` of 1.2.
fn take(
    element: &message::Filter,
    store: &Datastore,
    filter: &mut Filter,
) -> Result<(), BadFilter> {
    let text = |text: &Option<String>| {
        text.as_deref()
            .map(str::trim)
            .unwrap_or_default()
            .to_owned()
    };
    let of = text(&element.meta.media_type);
    if of.is_empty() {
        return Err(BadFilter::Missing("Type"));
    }
    let media_type = MediaType::new(&of);
    let mut types = store.types.iter().map(|(known, _)| *known);
    if !types.any(|known| known == media_type.as_str()) {
        return Err(BadFilter::Type(of));
    }
    let filter_type = match text(&element.filter_type).to_ascii_uppercase().as_str() {
        "" | "EXCLUSIVE" => FilterType::Exclusive,
        "INCLUSIVE" => FilterType::Inclusive,
        other => return Err(BadFilter::FilterType(other.to_owned())),
    };
    if let Some(field) = &element.field {
        let grammar = text(&field.meta.media_type);
        if !grammar.is_empty() && !grammar.to_ascii_lowercase().contains("devinf") {
            return Err(BadFilter::Grammar(grammar));
        }
        let properties = element.properties().ok_or(BadFilter::Field)?;
        filter
            .fields
            .only
            .extend(properties.iter().flat_map(fields));
    }
    let Some(record) = &element.record else {
        return Ok(());
    };
    let grammar = text(&record.meta.media_type);
    if grammar.is_empty() {
        return Err(BadFilter::Missing("grammar"));
    }
    if !grammar.eq_ignore_ascii_case(GRAMMAR) {
        return Err(BadFilter::Grammar(grammar));
    }
    let bytes = record.bytes(&Meta::default());
    let bytes = bytes.map_err(|_| BadFilter::Grammar(grammar))?;
    let query = String::from_utf8_lossy(&bytes);
    if query.trim().is_empty() {
        return Err(BadFilter::Missing("query"));
    }
    filter.rules.push(Rule {
        filter_type,
        query: Query::parse(&query)?,
    });
    Ok(())
}

/// A property as a field; what `BEGIN` may name are components.
fn fields(property: &Property) -> Vec<Field> {
    let field = |name: &str| Field {
        name: name.to_owned(),
        most: None,
        whole: property.no_truncate,
    };
    let name = property.name.trim();
    if name.eq_ignore_ascii_case("BEGIN") {
        return property.val_enum.iter().map(|name| field(name)).collect();
    }
    let most = property.max_size.as_deref();
    vec![Field {
        most: most.and_then(|size| size.trim().parse().ok()),
        ..field(name)
    }]
}

/// What the options in the name of a datastore ask for.
fn options(uri: &str, now: Millis) -> Result<Filter, BadFilter> {
    let mut filter = Filter::default();
    let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
    let segments: Vec<_> = path.split('/').rev().map_while(option_of).collect();
    for (name, argument) in segments.into_iter().rev() {
        option(&name, argument, now, &mut filter)?;
    }
    let mut rest = query;
    while let Some((before, option_text)) = rest.split_once('/') {
        inclusive(before, &mut filter)?;
        let end = option_text.find(|c: char| !c.is_ascii_alphanumeric());
        let end = end.unwrap_or(option_text.len());
        let (name, behind) = option_text
            .split_at_checked(end)
            .unwrap_or((option_text, ""));
        let (argument, behind) = match behind.strip_prefix('(') {
            Some(argument) => {
                let parts = argument.split_once(')');
                parts.ok_or_else(|| BadFilter::Option(name.to_owned()))?
            }
            None => ("", behind),
        };
        option(&name.to_ascii_lowercase(), argument, now, &mut filter)?;
        rest = behind;
    }
    inclusive(rest, &mut filter)?;
    Ok(filter)
}

/// A query that stands in a name by itself.
fn inclusive(query: &str, filter: &mut Filter) -> Result<(), BadFilter> {
    if !query.trim().is_empty() {
        filter.rules.push(Rule {
            filter_type: FilterType::Inclusive,
            query: Query::parse(query)?,
        });
    }
    Ok(())
}

fn option(name: &str, argument: &str, now: Millis, filter: &mut Filter) -> Result<(), BadFilter> {
    let nonsense = || BadFilter::Option(format!("{name}({argument})"));
    match name {
        "dr" => {
            let (from, to) = argument.split_once(',').ok_or_else(nonsense)?;
            let days = |text: &str| {
                text.trim()
                    .parse()
                    .ok()
                    .filter(|n: &i64| n.abs() <= MOST_DAYS)
            };
            let (from, to) = days(from).zip(days(to)).ok_or_else(nonsense)?;
            // Whole days, so that the filter is the same one all day long.
            let today = now.0.div_euclid(DAY_MS);
            let start_of = |day: i64| Millis((today + day) * DAY_MS);
            let query = Query::window(start_of(from), start_of(to + 1)).filter(|_| from <= to);
            filter.rules.push(Rule {
                filter_type: FilterType::Exclusive,
                query: query.ok_or_else(nonsense)?,
            });
        }
        "li" => filter.largest = Some(argument.trim().parse().map_err(|_| nonsense())?),
        "na" if argument.is_empty() => {
            let names = ATTACHMENTS.split_ascii_whitespace().map(str::to_owned);
            filter.fields.without.extend(names);
        }
        "max" => filter.most = Some(argument.trim().parse().map_err(|_| nonsense())?),
        "fi" | "tf" => filter.rules.push(Rule {
            filter_type: if name == "fi" {
                FilterType::Exclusive
            } else {
                FilterType::Inclusive
            },
            query: Query::parse(argument)?,
        }),
        _ => return Err(nonsense()),
    }
    Ok(())
}

/// The option that a part of a path is: its name and what stands in its brackets.
fn option_of(segment: &str) -> Option<(String, &str)> {
    if segment.eq_ignore_ascii_case("na") {
        return Some(("na".to_owned(), ""));
    }
    let (name, argument) = segment.strip_suffix(')')?.split_once('(')?;
    let name = name.to_ascii_lowercase();
    matches!(name.as_str(), "dr" | "li" | "max").then_some((name, argument))
}

/// Whether a part of a path says nothing of which datastore is meant.
pub(super) fn is_option(segment: &str) -> bool {
    option_of(segment).is_some()
}

/// The grammars and names that a datastore of ours takes in filters.
pub(super) fn caps(store: &Datastore, detail: Detail) -> (Vec<ContentType>, Vec<FilterCap>) {
    let content = ContentType {
        ct_type: GRAMMAR.to_owned(),
        ver_ct: GRAMMAR_VERSION.to_owned(),
    };
    let words = |text: &str| text.split_ascii_whitespace().map(str::to_owned).collect();
    let (keywords, names) = match store.name {
        "contacts" => ("GROUP", CARD),
        "notes" => ("GROUP", NOTE),
        _ => ("SINCE BEFORE GROUP", ENTRY),
    };
    let cap = FilterCap {
        content: content.clone(),
        keywords: words(keywords),
        prop_names: match detail {
            Detail::Full => words(names),
            Detail::Brief => Vec::new(),
        },
    };
    (vec![content], vec![cap])
}

/// What is left out by `/na`.
const ATTACHMENTS: &str = "ATTACH PHOTO LOGO SOUND";
/// What filters of contacts usually name; any other property may be named as well.
const CARD: &str = "N FN NICKNAME ORG TITLE CATEGORIES TEL EMAIL ADR BDAY NOTE CLASS REV UID";
/// The same of events and tasks.
const ENTRY: &str = "SUMMARY DESCRIPTION LOCATION CATEGORIES CLASS PRIORITY STATUS DTSTART DTEND DUE COMPLETED \
    LAST-MODIFIED UID";
/// The same of notes.
const NOTE: &str = "SUMMARY BODY CATEGORIES CLASS";

impl Talk<'_, '_> {
    /// The options that stand only in the name a Sync uses, as phones of 1.0 and 1.1 may write them; 200, or why not.
    pub(super) fn filter_of_sync(
        &mut self,
        index: usize,
        target: &str,
    ) -> Result<StatusCode, Refused> {
        let now = self.now();
        let Some(strand) = self.state.strands.get(index) else {
            return Ok(StatusCode::Ok);
        };
        if target == strand.ours || !strand.course.filter.is_empty() {
            return Ok(StatusCode::Ok);
        }
        let filter = match options(target, now) {
            Ok(filter) if filter.is_empty() => return Ok(StatusCode::Ok),
            Ok(filter) => filter,
            Err(bad) => return Ok(bad.status()),
        };
        let peers = self.tx.peers(self.account.id, &self.arrival.device)?;
        if let Some(strand) = self.state.strands.get_mut(index) {
            let datastore = &strand.course.view.datastore;
            let peer = peers.iter().find(|peer| peer.datastore == *datastore);
            strand.course.filter_by(filter, peer);
        }
        Ok(StatusCode::Ok)
    }
}

#[cfg(test)]
mod tests;
