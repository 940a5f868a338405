//! `volume list`, `create`, `resize` and `delete` on Northflank.

use crate::args::{
    VolumeAccess, VolumeCommand, VolumeCreateArgs, VolumeDeleteArgs, VolumeResizeArgs,
};
use crate::commands::confirm::{Answer, confirm};
use crate::commands::context::{Context, NorthflankCloud};
use crate::config::{Config, Target};
use crate::error::{Error, Failure, Kind, Result};
use crate::exit::Exit;
use crate::output::{ServiceVolumeChangeReport, ServiceVolumeListReport, ServiceVolumeRow};
use crate::provider::{ProjectVolume, ProjectVolumeWish};

/// What a volume costs nobody tells.
const BILLS: &str = "it bills until it is deleted; the API does not tell its price";

/// Where a volume is mounted unless somebody says where, as `volumeMountPath` has it.
const PATH: &str = "/workspace";

/// Lengths of names that Northflank takes.
const NAME_LENGTH: std::ops::RangeInclusive<usize> = 3..=39;

/// Runs one of them. The file names the project, where there is one for Northflank.
pub(in crate::commands) async fn volume(
    command: &VolumeCommand,
    file: Option<&Config>,
    context: &Context<'_>,
) -> Result<Exit> {
    let of_file = file.and_then(|config| match &config.target {
        Target::Northflank(wanted) => Some(wanted.project_name.as_str()),
        Target::Runpod(_) | Target::Other(_) => None,
    });
    // Before anything is asked.
    if let VolumeCommand::Create(args) = command {
        fits_northflank(args)?;
    }
    let cloud = match file {
        Some(config) => context.northflank(config).await?,
        None => context.northflank_here().await?,
    };
    match command {
        VolumeCommand::List(args) => list(args.project.as_deref(), &cloud, context).await,
        VolumeCommand::Create(args) => create(args, of_file, &cloud, context).await,
        VolumeCommand::Resize(args) => resize(args, &cloud, context).await,
        VolumeCommand::Delete(args) => delete(args, &cloud, context).await,
    }
}

fn fits_northflank(args: &VolumeCreateArgs) -> Result<()> {
    let foreign = [
        ("--data-center", args.data_center.is_some()),
        ("--type", args.kind.is_some()),
    ];
    if let Some((flag, _)) = foreign.into_iter().find(|(_, is_written)| *is_written) {
        return Err(Error::usage(
            Failure::new(format!(
                "`{flag}` is for network volumes of RunPod, and this is about Northflank"
            ))
            .help("a volume is where its project is; `--storage-class` names a class of storage")
            .help("`--provider runpod` asks RunPod"),
        ));
    }
    let length = args.name.chars().count();
    if !NAME_LENGTH.contains(&length) {
        return Err(Error::usage(
            Failure::new(format!("`{}` is no name for a volume", args.name)).help(format!(
                "write {} to {} characters",
                NAME_LENGTH.start(),
                NAME_LENGTH.end()
            )),
        ));
    }
    match &args.path {
        Some(path) if !path.starts_with('/') || path.contains(':') => Err(Error::usage(
            Failure::new(format!("`{path}` is no place to mount a volume"))
                .help("write an absolute path without `:`, such as `--path /data`"),
        )),
        Some(_) | None => Ok(()),
    }
}

async fn list(
    project: Option<&str>,
    cloud: &NorthflankCloud,
    context: &Context<'_>,
) -> Result<Exit> {
    let volumes = cloud.northflank.volumes(project).await?;
    let report = ServiceVolumeListReport {
        provider: "northflank",
        volumes: volumes.iter().map(row).collect(),
    };
    context.printer.report("volume list", &report);
    Ok(Exit::Done)
}

async fn create(
    args: &VolumeCreateArgs,
    of_file: Option<&str>,
    cloud: &NorthflankCloud,
    context: &Context<'_>,
) -> Result<Exit> {
    let Some(project) = args.project.as_deref().or(of_file) else {
        return Err(Error::usage(
            Failure::new("a volume of Northflank needs `--project`")
                .help("only what is in the project can use it: `--project my-project`"),
        ));
    };
    let wish = ProjectVolumeWish {
        project: project.to_owned(),
        name: args.name.clone(),
        size_gb: args.size,
        path: args.path.as_deref().unwrap_or(PATH).to_owned(),
        storage_class: args.storage_class.clone(),
        access_mode: match args.access {
            None | Some(VolumeAccess::One) => "ReadWriteOnce",
            Some(VolumeAccess::Many) => "ReadWriteMany",
        },
    };
    let made = cloud.northflank.make_volume(&wish, &context.ledger).await?;
    let message = format!(
        "created volume {} of {} GB in project {}: {BILLS}",
        made.id, made.size_gb, made.project
    );
    report("volume create", &made, true, message, context);
    Ok(Exit::Done)
}

async fn resize(
    args: &VolumeResizeArgs,
    cloud: &NorthflankCloud,
    context: &Context<'_>,
) -> Result<Exit> {
    let volume = cloud
        .northflank
        .volume_called(&args.volume, args.project.as_deref())
        .await?;
    match volume.size_gb.0 {
        Some(now) if now == args.size => {
            let message = format!("volume {} has {now} GB already", volume.id);
            report("volume resize", &volume, false, message, context);
            return Ok(Exit::Done);
        }
        Some(now) if now > args.size => {
            return Err(Error::usage(
                Failure::new(format!(
                    "volume {} has {now} GB and never shrinks to {} GB",
                    volume.id, args.size
                ))
                .help("create a smaller one and copy what is needed"),
            ));
        }
        Some(_) | None => {}
    }
    let grown = cloud.northflank.resize_volume(&volume, args.size).await?;
    let users = match grown.users.as_deref() {
        None | Some([]) => String::new(),
        Some(users) => format!("; containers of {} may restart", users.join(", ")),
    };
    let message = format!(
        "grew volume {} to {} GB{users}; it bills more now",
        grown.id, grown.size_gb
    );
    report("volume resize", &grown, true, message, context);
    Ok(Exit::Done)
}

async fn delete(
    args: &VolumeDeleteArgs,
    cloud: &NorthflankCloud,
    context: &Context<'_>,
) -> Result<Exit> {
    let mut volume = cloud
        .northflank
        .volume_called(&args.volume, args.project.as_deref())
        .await?;
    if volume.users.is_none() {
        volume = cloud.northflank.look_closer_at(&volume).await?;
    }
    refuse_used(&volume)?;
    if !args.force {
        let question = format!(
            "delete volume {} ({} GB in project {}) with everything on it?",
            volume.id, volume.size_gb, volume.project
        );
        if confirm(&question, context.printer).await? == Answer::No {
            let message = format!("volume {} is kept", volume.id);
            report("volume delete", &volume, false, message, context);
            return Ok(Exit::Done);
        }
    }
    cloud
        .northflank
        .delete_service_volume(&volume.project, &volume.id)
        .await?;
    let message = format!("deleted volume {}", volume.id);
    report("volume delete", &volume, true, message, context);
    Ok(Exit::Done)
}

/// A volume is deleted only where it is known that nothing uses it.
fn refuse_used(volume: &ProjectVolume) -> Result<()> {
    match volume.users.as_deref() {
        Some([]) => Ok(()),
        Some(users) => {
            let mut failure = Failure::new(format!("volume {} is in use", volume.id));
            failure.details = users
                .iter()
                .map(|user| format!("attached to {user}"))
                .collect();
            Err(Error::usage(failure.help(
                "a volume stays with what it is attached to, paused or not: `sindri destroy --volumes` deletes a \
                 service with its volume",
            )))
        }
        None => Err(Error::new(
            Kind::Provider,
            Failure::new(format!(
                "Northflank does not show what volume {} is attached to: it is not deleted",
                volume.id
            ))
            .help("delete it in Northflank's console once nothing uses it"),
        )),
    }
}

fn report(
    command: &str,
    volume: &ProjectVolume,
    changed: bool,
    message: String,
    context: &Context<'_>,
) {
    let report = ServiceVolumeChangeReport {
        provider: "northflank",
        changed,
        message,
        volume: row(volume),
    };
    context.printer.report(command, &report);
}

fn row(volume: &ProjectVolume) -> ServiceVolumeRow {
    ServiceVolumeRow {
        id: volume.id.clone(),
        name: volume.name.clone(),
        project: volume.project.clone(),
        size_gb: volume.size_gb.0,
        storage_class: volume.storage_class.clone(),
        access_mode: volume.access_mode.clone(),
        status: volume.status.clone(),
        attached_to: volume.users.clone(),
        usd_per_month: None,
        deployment: volume.deployment().map(str::to_owned),
    }
}
