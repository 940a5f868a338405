//! Jobs and their runs.

mod job;
mod runs;

pub(crate) use job::{
    create_cron_job, create_job, create_manual_job, delete_job, get_job, list_jobs, patch_job,
    pause_job, put_job, resume_job, suspend_job,
};
pub(crate) use runs::{abort_run, get_run, list_containers, list_runs, start_run};
