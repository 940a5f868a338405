//! What holds for any value, of both clients.

use northflank_sdk::types as northflank;
use proptest::prelude::*;
use runpod_sdk::types as runpod;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;

/// A text is read as a word of an enum and written as the same text.
fn survives<T: Serialize + DeserializeOwned>(text: &str) -> Result<(), TestCaseError> {
    let word: T = serde_json::from_value(json!(text))
        .map_err(|error| TestCaseError::fail(format!("{text:?}: {error}")))?;
    let written =
        serde_json::to_value(&word).map_err(|error| TestCaseError::fail(error.to_string()))?;
    prop_assert_eq!(written, json!(text));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn any_text_survives_an_open_enum(text in any::<String>()) {
        survives::<runpod::PodStatus>(&text)?;
        survives::<runpod::PodAction>(&text)?;
        survives::<runpod::AvailabilityLevel>(&text)?;
        survives::<runpod::LogSource>(&text)?;
        survives::<northflank::PortProtocol>(&text)?;
        survives::<northflank::ContainerStatus>(&text)?;
        let status = runpod::PodStatus::from(text.clone());
        prop_assert_eq!(status.as_str(), text.as_str());
    }
}
