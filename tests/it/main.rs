//! Tests through the public face: the client on the wire, the compiled command line.

/// A `sindri.yaml` for a service of Northflank that is called `web`, with these lines about it.
macro_rules! service_yaml {
    ($lines:literal) => {
        concat!(
            "version: \"3.0\"\n",
            "name: web\n",
            "deployment:\n",
            "  provider: northflank\n",
            "  image: ghcr.io/org/app:1\n",
            "extensions:\n",
            "  profile: minimal\n",
            "providers:\n",
            "  northflank:\n",
            "    projectName: lab\n",
            $lines
        )
    };
}

mod cli_config;
#[cfg(unix)]
mod cli_connect;
#[cfg(unix)]
mod cli_connect_ssh;
mod cli_context;
mod cli_doctor;
mod cli_errors;
#[cfg(unix)]
mod cli_escapes;
mod cli_examples;
mod cli_fields;
mod cli_gpu;
mod cli_guides;
mod cli_journal;
mod cli_lifecycle;
mod cli_logs;
#[cfg(unix)]
mod cli_markers;
mod cli_money;
mod cli_northflank;
mod cli_northflank_changes;
mod cli_northflank_files;
mod cli_northflank_lost;
mod cli_northflank_streams;
mod cli_northflank_volume;
mod cli_offers;
mod cli_orphans;
mod cli_output;
mod cli_plan;
#[cfg(unix)]
mod cli_pod_files;
mod cli_properties;
mod cli_round_trips;
mod cli_sandbox;
mod cli_secrets;
mod cli_ssh_config;
mod cli_status;
#[cfg(unix)]
mod cli_terminal;
mod cli_transport;
mod cli_unseen;
mod cli_update;
mod cli_vault;
mod cli_vault_probe;
mod cli_vault_tls;
mod cli_volume;
mod cli_yaml_input;
mod fuzz_corpus;
mod load;
mod northflank_container;
mod northflank_lists;
mod northflank_server;
mod northflank_streams_copy;
mod northflank_streams_copy_safety;
mod northflank_streams_exec;
mod northflank_streams_forward;
mod northflank_streams_link;
mod northflank_streams_logs;
mod northflank_streams_secrecy;
mod northflank_streams_tls;
mod northflank_support;
mod northflank_wire;
mod properties;
mod quota_load;
mod runpod_cloud;
mod runpod_failures;
mod runpod_fixtures;
mod runpod_lists;
mod runpod_logs;
mod runpod_quota;
mod runpod_wait;
mod runpod_wire;
mod sdk_errors;
mod sdk_examples;
mod sdk_observer;
mod sdk_promises;
mod sdk_spans;
mod secret_keys;
mod support;
mod transport_safety;
