//! Requests that had to wait for each other.

use sandbox::Received;

/// The length of the longest chain of requests in which each arrived after the answer to the one before:
/// round trips that are in sequence, whatever else went on beside them.
pub fn in_sequence<'r>(requests: impl IntoIterator<Item = &'r Received>) -> usize {
    let mut requests: Vec<&Received> = requests.into_iter().collect();
    // What is answered first leaves most room for others.
    requests.sort_by_key(|request| request.answered_at);
    let mut length = 0;
    let mut last = None;
    for request in requests {
        if last.is_none_or(|answered| request.arrived_at >= answered) {
            length += 1;
            last = Some(request.answered_at);
        }
    }
    length
}

/// What was asked before the first request that changes something.
pub fn before_the_first_change(requests: impl IntoIterator<Item = Received>) -> Vec<Received> {
    let requests = requests.into_iter();
    requests
        .take_while(|request| request.method == "GET")
        .collect()
}
