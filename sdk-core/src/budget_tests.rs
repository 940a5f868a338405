use super::super::rate_limit::RateLimits;
use super::{Account, Budget, Next, NoTurn, Turn};
use http::{HeaderMap, HeaderValue, StatusCode};
use std::time::Duration;
use tokio::time::{Instant, advance};

const MINUTE: &str = r#""minute";q=60;w=60"#;
const LONGEST: Duration = Duration::from_secs(60);

fn limits(policy: &str, state: &str) -> RateLimits {
    let mut headers = HeaderMap::new();
    headers.insert("ratelimit-policy", HeaderValue::from_str(policy).unwrap());
    headers.insert("ratelimit", HeaderValue::from_str(state).unwrap());
    RateLimits::from_headers(&headers)
}

fn answer(turn: Turn<'_>, state: &str) {
    turn.answered(StatusCode::OK, &limits(MINUTE, state));
}

/// A budget that has heard this.
async fn told(state: &str) -> Budget {
    let budget = Budget::default();
    answer(turn(&budget).await, state);
    budget
}

async fn turn(budget: &Budget) -> Turn<'_> {
    let deadline = Instant::now() + Duration::from_secs(120);
    budget.turn(LONGEST, deadline).await.unwrap()
}

/// How long a call stands in line, to the tenth of a second.
async fn waited(budget: &Budget) -> Duration {
    let begun = Instant::now();
    let turn = turn(budget).await;
    std::mem::forget(turn);
    let tenths = (begun.elapsed().as_millis() + 50) / 100;
    Duration::from_millis(u64::try_from(tenths).unwrap() * 100)
}

#[test]
fn a_call_waits_by_what_is_left_and_when_it_is_renewed() {
    let policy = r#""minute";q=60;w=60, "hour";q=3000;w=3600"#;
    let check = |state: &str, age_s: u64, since: u64, expected: Next| {
        let heard = Instant::now();
        let mut account = Account {
            sent: 1 + since,
            under_way: since,
            ..Account::default()
        };
        account.learn(StatusCode::OK, &limits(policy, state), 1, heard);
        let next = account.next(heard + Duration::from_secs(age_s), |wait| wait > LONGEST);
        assert_eq!(next, expected, "{state} age {age_s} since {since}");
    };
    let leave = |millis| Next::Leave(Duration::from_millis(millis));
    let renewal = |seconds| Next::Renewal(Duration::from_secs(seconds));
    // Plenty is left.
    check(
        r#""minute";r=60;t=60, "hour";r=2999;t=3600"#,
        0,
        0,
        leave(0),
    );
    check(r#""minute";r=7;t=60"#, 0, 0, leave(0));
    // The last tenth is spread.
    check(r#""minute";r=5;t=60"#, 0, 0, leave(10_000));
    check(r#""minute";r=1;t=10"#, 0, 0, leave(5_000));
    // Nothing is left.
    check(r#""minute";r=0;t=12"#, 0, 0, renewal(12));
    check(r#""minute";r=0;t=12"#, 5, 0, renewal(7));
    // Calls that left since are not counted in the answer.
    check(r#""minute";r=7;t=60"#, 0, 2, leave(10_000));
    check(r#""minute";r=3;t=12"#, 0, 3, renewal(12));
    // Renewed in the meantime: what is left is not known.
    check(r#""minute";r=0;t=12"#, 13, 0, leave(0));
    check(r#""minute";r=0;t=12"#, 13, 1, Next::Answer);
    // The longest wait of all windows.
    check(r#""minute";r=1;t=10, "hour";r=0;t=30"#, 0, 0, renewal(30));
    // Nothing is left, and nobody knows until when: one call at a time asks.
    check(r#""minute";r=0"#, 0, 0, leave(0));
    check(r#""minute";r=0"#, 0, 1, Next::Answer);
    check(r#""minute";r=1"#, 0, 1, Next::Answer);
    // What cannot be judged is no reason to wait.
    check(r#""minute";t=50"#, 0, 1, leave(0));
}

#[tokio::test(start_paused = true)]
async fn a_quota_of_unknown_size_is_spread_over_its_last_calls() {
    for (remaining, expected_s) in [(6, 0), (5, 10), (0, 60)] {
        let budget = Budget::default();
        let state = format!(r#""x";r={remaining};t=60"#);
        turn(&budget)
            .await
            .answered(StatusCode::OK, &limits("", &state));
        let expected = Duration::from_secs(expected_s);
        assert_eq!(waited(&budget).await, expected, "{remaining}");
    }
}

#[tokio::test(start_paused = true)]
async fn calls_at_once_leave_one_after_the_other_where_little_is_left() {
    let budget = told(r#""minute";r=5;t=60"#).await;
    for expected in [10, 10, 10, 10, 10] {
        assert_eq!(waited(&budget).await, Duration::from_secs(expected));
    }
}

#[tokio::test(start_paused = true)]
async fn one_call_leaves_until_an_answer_tells_what_is_left() {
    let budget = Budget::default();
    let first = turn(&budget).await;
    {
        let mut second = Box::pin(turn(&budget));
        assert!(futures::poll!(&mut second).is_pending());
        // An error of a proxy tells nothing: the next one leaves alone, too.
        first.answered(StatusCode::BAD_GATEWAY, &RateLimits::default());
        let second = second.await;
        let mut third = Box::pin(turn(&budget));
        assert!(futures::poll!(&mut third).is_pending());
        answer(second, r#""minute";r=40;t=60"#);
        std::mem::forget(third.await);
    }
    for _ in 0..30 {
        assert_eq!(waited(&budget).await, Duration::ZERO);
    }
}

#[tokio::test(start_paused = true)]
async fn an_api_that_tells_of_no_quota_is_not_waited_for() {
    let budget = Budget::default();
    let turn = turn(&budget).await;
    turn.answered(StatusCode::OK, &RateLimits::default());
    for _ in 0..30 {
        assert_eq!(waited(&budget).await, Duration::ZERO);
    }
}

#[tokio::test(start_paused = true)]
async fn a_first_answer_that_does_not_come_holds_the_line_up_for_5_s_each() {
    let budget = Budget::default();
    let stuck = turn(&budget).await;
    assert_eq!(waited(&budget).await, Duration::from_secs(5));
    assert_eq!(waited(&budget).await, Duration::from_secs(5));
    drop(stuck);
}

#[tokio::test(start_paused = true)]
async fn after_a_renewal_one_call_asks_what_is_left_now() {
    let budget = told(r#""minute";r=0;t=10"#).await;
    let begun = Instant::now();
    let first = turn(&budget).await;
    assert_eq!(begun.elapsed().as_secs(), 10);
    let mut second = Box::pin(turn(&budget));
    assert!(futures::poll!(&mut second).is_pending());
    answer(first, r#""minute";r=59;t=60"#);
    drop(second.await);
    assert_eq!(begun.elapsed().as_secs(), 10);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_was_overtaken_gives_nothing_back() {
    let budget = told(r#""minute";r=50;t=60"#).await;
    let (slow, quick) = (turn(&budget).await, turn(&budget).await);
    answer(quick, r#""minute";r=3;t=60"#);
    // It was counted before the other one, and arrives after it.
    answer(slow, r#""minute";r=49;t=60"#);
    assert_eq!(budget.lock().windows[0].left, Some(3));
    // One of a later window is believed, one of an earlier no more.
    let (late, next) = (turn(&budget).await, turn(&budget).await);
    advance(Duration::from_secs(1)).await;
    answer(next, r#""minute";r=30;t=70"#);
    answer(late, r#""minute";r=1;t=20"#);
    assert_eq!(budget.lock().windows[0].left, Some(30));
}

#[tokio::test(start_paused = true)]
async fn a_renewal_too_far_away_is_asked_about_until_the_api_has_refused() {
    let budget = told(r#""minute";r=0;t=3600"#).await;
    answer(turn(&budget).await, r#""minute";r=0;t=3600"#);
    let refused = turn(&budget).await;
    let state = limits(MINUTE, r#""minute";r=0;t=3600"#);
    refused.answered(StatusCode::TOO_MANY_REQUESTS, &state);
    let deadline = Instant::now() + Duration::from_secs(120);
    let spent = budget.turn(LONGEST, deadline).await;
    let Err(NoTurn::Spent { renewed_in }) = spent else {
        panic!("it was sent")
    };
    assert!(renewed_in > Duration::from_secs(3500));
}

#[tokio::test(start_paused = true)]
async fn an_answer_does_not_make_the_calls_under_way_forgotten_and_a_dropped_call_is() {
    let budget = Budget::default();
    let mut turns: Vec<_> = (0..3).map(|_| budget.leave()).collect();
    answer(turns.remove(0), r#""minute";r=5;t=60"#);
    assert_eq!(budget.lock().windows[0].left, Some(3));
    drop(turns);
    assert_eq!(budget.lock().under_way, 0);
}

#[tokio::test(start_paused = true)]
async fn a_pause_longer_than_allowed_is_cut_and_not_left_out() {
    let budget = told(r#""minute";r=5;t=3600"#).await;
    for expected in [60, 60, 60] {
        assert_eq!(waited(&budget).await, Duration::from_secs(expected));
    }
    // Half of the time that a call has is left for the call itself.
    let begun = Instant::now();
    let hasty = budget.turn(LONGEST, begun + Duration::from_secs(10)).await;
    assert_eq!(begun.elapsed(), Duration::from_secs(5));
    drop(hasty.unwrap());
}

#[tokio::test(start_paused = true)]
async fn an_empty_window_of_unknown_renewal_lets_one_call_at_a_time_ask() {
    let budget = told(r#""minute";r=0"#).await;
    let first = turn(&budget).await;
    let mut second = Box::pin(turn(&budget));
    assert!(futures::poll!(&mut second).is_pending());
    answer(first, r#""minute";r=0"#);
    let second = second.await;
    let mut third = Box::pin(turn(&budget));
    assert!(futures::poll!(&mut third).is_pending());
    answer(second, r#""minute";r=40;t=60"#);
    drop(third.await);
    assert_eq!(waited(&budget).await, Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn what_one_refused_call_is_asked_to_wait_all_of_them_wait() {
    let budget = Budget::default();
    let first = turn(&budget).await;
    first.answered(StatusCode::OK, &RateLimits::default());
    let refused = turn(&budget).await;
    refused.hold(Duration::from_secs(20));
    refused.answered(StatusCode::TOO_MANY_REQUESTS, &RateLimits::default());
    assert_eq!(waited(&budget).await, Duration::from_secs(20));
    // Longer than a call may wait: it does not leave.
    let refused = budget.leave();
    refused.hold(Duration::from_secs(3600));
    refused.answered(StatusCode::TOO_MANY_REQUESTS, &RateLimits::default());
    let deadline = Instant::now() + Duration::from_secs(120);
    let spent = budget.turn(LONGEST, deadline).await.unwrap_err();
    let renewed_in = Duration::from_secs(3600);
    assert_eq!(spent, NoTurn::Spent { renewed_in });
}
