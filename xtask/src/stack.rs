//! Room for recursion: documents nest deep, and a stack that runs out ends the whole program.

use std::any::Any;
use std::cell::Cell;
use std::panic;
use std::sync::Once;
use std::thread;

/// Bytes of stack for work on a document. Only what is used is ever taken from the system.
const SIZE: usize = 512 * 1024 * 1024;

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Why [`run`] has no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure(pub(crate) String);

/// Runs `work` on a thread of its own with a large stack. A panic in it becomes a [`Failure`] with
/// the message of the panic, and nothing is printed.
pub(crate) fn run<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T, Failure> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let loud = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !QUIET.with(Cell::get) {
                loud(info);
            }
        }));
    });
    thread::scope(|scope| {
        let spawned = thread::Builder::new()
            .stack_size(SIZE)
            .spawn_scoped(scope, || {
                QUIET.with(|quiet| quiet.set(true));
                work()
            });
        match spawned {
            Ok(handle) => handle
                .join()
                .map_err(|payload| Failure(words(payload.as_ref()))),
            Err(error) => Err(Failure(format!("no thread could be started: {error}"))),
        }
    })
}

fn words(payload: &(dyn Any + Send)) -> String {
    payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("a panic without words")
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_comes_back() {
        let list = [1, 2, 3];
        assert_eq!(run(|| list.len()), Ok(3));
    }

    #[test]
    fn a_panic_is_a_failure_with_its_words() {
        assert_eq!(
            run(|| -> () { panic!("seven {}", 7) }),
            Err(Failure("seven 7".to_owned()))
        );
        assert_eq!(
            run(|| -> () { panic!("plain") }),
            Err(Failure("plain".to_owned()))
        );
    }

    #[test]
    fn recursion_has_room() {
        fn depth(left: usize) -> usize {
            let frame = [left; 64];
            if left == 0 {
                0
            } else {
                1 + depth(std::hint::black_box(frame)[0] - 1)
            }
        }
        assert_eq!(run(|| depth(100_000)), Ok(100_000));
    }
}
