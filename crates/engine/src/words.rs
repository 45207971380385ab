//! Words that a program and Rust both read and write: no call between them.

use crate::object::Object;
use crate::scope::Scope;
use crate::sys;
use std::ffi::c_void;
use std::fmt;
use std::marker::PhantomData;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

/// Rust's side of an `Int32Array`. The memory lives until both sides are gone. For the thread of the program only.
#[derive(Clone)]
pub struct SharedWords {
    words: Arc<[AtomicI32]>,
    /// The program writes without synchronisation.
    one_thread: PhantomData<*const ()>,
}

/// What keeps the memory alive for the program's side.
type Share = Arc<[AtomicI32]>;

impl<'s> Scope<'s> {
    /// Makes an `Int32Array` of `length` zeros and Rust's side of it.
    pub fn shared_words(&self, length: usize) -> (Object<'s>, SharedWords) {
        // One word at least, so that the memory has an address.
        let words: Share = (0..length.max(1)).map(|_| AtomicI32::new(0)).collect();
        let share: *mut Share = Box::into_raw(Box::new(Arc::clone(&words)));
        let mut exception = ptr::null();
        // SAFETY: the memory is valid for 4 * length bytes until free_share() drops this share. Both sides access it
        // through interior mutability, on one thread.
        let raw = unsafe {
            sys::JSObjectMakeTypedArrayWithBytesNoCopy(
                self.raw(),
                sys::kJSTypedArrayTypeInt32Array,
                words.as_ptr().cast_mut().cast(),
                4 * length,
                free_share,
                share.cast(),
                &raw mut exception,
            )
        };
        assert!(!raw.is_null(), "the engine refuses an array of {length} words");
        // SAFETY: not null, so an object.
        (unsafe { Object::from_raw(raw) }, SharedWords { words, one_thread: PhantomData })
    }
}

impl SharedWords {
    /// The word at `index`.
    ///
    /// # Panics
    /// Past the end.
    #[inline]
    pub fn get(&self, index: usize) -> i32 {
        self.words[index].load(Ordering::Relaxed)
    }

    /// Writes the word at `index`.
    ///
    /// # Panics
    /// Past the end.
    #[inline]
    pub fn set(&self, index: usize, value: i32) {
        self.words[index].store(value, Ordering::Relaxed);
    }

    /// How many words there are.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether there are none. Never: an empty array still has one word on this side.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Appends the first `count` words to `out`.
    ///
    /// # Panics
    /// Past the end.
    pub fn copy_to(&self, count: usize, out: &mut Vec<i32>) {
        out.extend(self.words[..count].iter().map(|word| word.load(Ordering::Relaxed)));
    }
}

impl fmt::Debug for SharedWords {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SharedWords({})", self.words.len())
    }
}

/// Called by the engine when the program's array was collected.
unsafe extern "C" fn free_share(_bytes: *mut c_void, share: *mut c_void) {
    // SAFETY: the box was made in shared_words() and is taken back once.
    drop(unsafe { Box::from_raw(share.cast::<Share>()) });
}
