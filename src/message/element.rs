//! How values become elements and back: one table for each element, its content model in the order of the
//! DTD. The order holds for writing; reading takes the children as they come (REQ-REP-2).

use super::out::Out;
use super::pull::Pull;
use crate::codec::Tag;

/// A value that is an element with children.
pub trait Element: Default {
    /// Takes a child that has just been opened, through its end; `false` when it is none of this element's,
    /// and then it is still open.
    fn take(&mut self, tag: Tag, pull: &mut Pull<'_>) -> bool;

    /// Writes the children, in the order of the DTD.
    fn give(&self, out: &mut Out);

    /// Whether the element is better left out, since nothing would be in it.
    fn is_void(&self, _out: &Out) -> bool {
        false
    }
}

/// A value that is some number of elements of one name within another.
pub trait Field {
    /// Reads one of them, just opened, through its end.
    fn read(&mut self, pull: &mut Pull<'_>);

    /// Writes all of them.
    fn write(&self, tag: Tag, out: &mut Out);
}

/// An element that must be there.
impl<T: Element> Field for T {
    fn read(&mut self, pull: &mut Pull<'_>) {
        pull.fill(self);
    }

    fn write(&self, tag: Tag, out: &mut Out) {
        if !self.is_void(out) {
            out.open(tag, |out| self.give(out));
        }
    }
}

/// A short text that must be there.
impl Field for String {
    fn read(&mut self, pull: &mut Pull<'_>) {
        *self = pull.text();
    }

    fn write(&self, tag: Tag, out: &mut Out) {
        out.text(tag, self);
    }
}

/// An element that says all by being there.
impl Field for bool {
    fn read(&mut self, pull: &mut Pull<'_>) {
        pull.skip();
        *self = true;
    }

    fn write(&self, tag: Tag, out: &mut Out) {
        if *self {
            out.empty(tag);
        }
    }
}

/// Data, to the byte.
impl Field for Vec<u8> {
    fn read(&mut self, pull: &mut Pull<'_>) {
        *self = pull.bytes();
    }

    fn write(&self, tag: Tag, out: &mut Out) {
        out.bytes(tag, self);
    }
}

/// At most one; the last one read stands.
impl<T: Field + Default> Field for Option<T> {
    fn read(&mut self, pull: &mut Pull<'_>) {
        self.insert(T::default()).read(pull);
    }

    fn write(&self, tag: Tag, out: &mut Out) {
        if let Some(value) = self {
            value.write(tag, out);
        }
    }
}

/// Any number.
impl<T: Field + Default> Field for Vec<T> {
    fn read(&mut self, pull: &mut Pull<'_>) {
        pull.spend::<T>();
        let mut value = T::default();
        value.read(pull);
        if !pull.is_spent() {
            self.push(value);
        }
    }

    fn write(&self, tag: Tag, out: &mut Out) {
        for value in self {
            value.write(tag, out);
        }
    }
}

/// Whether an element is the one a table names. The name decides, not the vocabulary it came in:
/// where it stands tells what it means, and phones forget namespaces.
pub fn same(tag: Tag, row: Tag) -> bool {
    tag == row || (tag != Tag::Unknown && tag.name() == row.name())
}

/// Turns a content model into an [`Element`]. A row is a tag and
/// * `field` or `[inner.field]`: a [`Field`];
/// * `{ field }`: an `Option` that is mandatory since 1.2, and stands there empty when there is none;
/// * `(read, write)`: methods of the type, `fn(&mut self, &mut Pull)` and `fn(&self, Tag, &mut Out)`;
/// * `(read)`: the same, of what is never written.
///
/// Behind the rows, `and commands`: every other child is a command, kept in that field; `unless is_void`: the
/// method that is [`Element::is_void`].
macro_rules! content {
    ($type:ty { $( $tag:ident => $row:tt ),* $(,)? } $(and $commands:ident)? $(unless $void:ident)?) => {
        impl $crate::message::element::Element for $type {
            fn take(&mut self, tag: $crate::codec::Tag, pull: &mut $crate::message::pull::Pull<'_>) -> bool {
                let this = self;
                $( if $crate::message::element::same(tag, $crate::codec::Tag::$tag) {
                    content!(@read this pull $row);
                    return true;
                } )*
                content!(@rest this tag pull $($commands)?)
            }

            fn give(&self, out: &mut $crate::message::out::Out) {
                let this = self;
                $( content!(@write this out $tag $row); )*
                $( for command in &this.$commands {
                    command.write(out);
                } )?
            }

            $( fn is_void(&self, out: &$crate::message::out::Out) -> bool {
                self.$void(out)
            } )?
        }
    };
    (@rest $this:ident $tag:ident $pull:ident) => { false };
    (@rest $this:ident $tag:ident $pull:ident $commands:ident) => {{
        $this.$commands.extend($crate::message::read::nested($tag, $pull));
        true
    }};
    (@read $this:ident $pull:ident ($read:ident $(, $write:ident)?)) => { $this.$read($pull) };
    (@read $this:ident $pull:ident [$($field:ident).+]) => {
        $crate::message::element::Field::read(&mut $this.$($field).+, $pull)
    };
    (@read $this:ident $pull:ident { $field:ident }) => { content!(@read $this $pull $field) };
    (@read $this:ident $pull:ident $field:ident) => {
        $crate::message::element::Field::read(&mut $this.$field, $pull)
    };
    (@write $this:ident $out:ident $tag:ident ($read:ident)) => {};
    (@write $this:ident $out:ident $tag:ident ($read:ident, $write:ident)) => {
        $this.$write($crate::codec::Tag::$tag, $out)
    };
    (@write $this:ident $out:ident $tag:ident [$($field:ident).+]) => {
        $out.put($crate::codec::Tag::$tag, &$this.$($field).+)
    };
    (@write $this:ident $out:ident $tag:ident { $field:ident }) => {
        $out.put_mandatory($crate::codec::Tag::$tag, $this.$field.as_deref())
    };
    (@write $this:ident $out:ident $tag:ident $field:ident) => {
        $out.put($crate::codec::Tag::$tag, &$this.$field)
    };
}
pub(super) use content;
