//! `volume list`, `create`, `resize` and `delete`. They need no `sindri.yaml`; where there is one, they are
//! about its provider.

use super::confirm::{Answer, confirm};
use super::context::Context;
use super::northflank;
use super::volume::refuse_if_used;
use crate::args::{
    VolumeCommand, VolumeCreateArgs, VolumeDeleteArgs, VolumeKind, VolumeListArgs, VolumeResizeArgs,
};
use crate::error::{Error, Failure, Result};
use crate::exit::Exit;
use crate::output::{VolumeChangeReport, VolumeListReport, VolumeRow};
use crate::plan::{Rate, VolumeSeen};
use crate::provider::{VolumeWish, made_for};

/// Runs one of them.
pub(super) async fn volume(command: &VolumeCommand, context: &Context<'_>) -> Result<Exit> {
    let file = context.file_if_any()?;
    if context.is_about_northflank(file.as_ref())? {
        return northflank::volume(command, file.as_ref(), context).await;
    }
    match command {
        VolumeCommand::List(args) => list(args, context).await,
        VolumeCommand::Create(args) => create(args, context).await,
        VolumeCommand::Resize(args) => resize(args, context).await,
        VolumeCommand::Delete(args) => delete(args, context).await,
    }
}

/// A flag that means something on Northflank only.
fn refuse_project(project: Option<&str>) -> Result<()> {
    match project {
        None => Ok(()),
        Some(_) => Err(northflank_only("--project")),
    }
}

fn northflank_only(flag: &str) -> Error {
    Error::usage(
        Failure::new(format!(
            "`{flag}` is for volumes of Northflank, and this is about RunPod"
        ))
        .help("`--provider northflank` asks Northflank"),
    )
}

/// RunPod has no smaller ones.
fn at_least_10_gb(size: u32) -> Result<()> {
    if size >= 10 {
        return Ok(());
    }
    Err(Error::usage(
        Failure::new(format!("a network volume of {size} GB is too small"))
            .help("`--size 10` is the least"),
    ))
}

async fn list(args: &VolumeListArgs, context: &Context<'_>) -> Result<Exit> {
    refuse_project(args.project.as_deref())?;
    let cloud = context.cloud_here().await?;
    let volumes = cloud.runpod.volumes().await?;
    let report = VolumeListReport {
        provider: "runpod",
        volumes: volumes.iter().map(row).collect(),
    };
    context.printer.report("volume list", &report);
    Ok(Exit::Done)
}

async fn create(args: &VolumeCreateArgs, context: &Context<'_>) -> Result<Exit> {
    let foreign = [
        ("--project", args.project.is_some()),
        ("--path", args.path.is_some()),
        ("--storage-class", args.storage_class.is_some()),
        ("--access", args.access.is_some()),
    ];
    if let Some((flag, _)) = foreign.into_iter().find(|(_, is_written)| *is_written) {
        return Err(northflank_only(flag));
    }
    if args.name.trim().is_empty() || args.name.chars().any(char::is_control) {
        return Err(Error::usage(
            Failure::new(format!("{:?} is no name for a network volume", args.name))
                .help("write one of visible characters, such as `models`"),
        ));
    }
    at_least_10_gb(args.size)?;
    let Some(data_center) = args.data_center.clone() else {
        return Err(Error::usage(
            Failure::new("a network volume needs `--data-center`")
                .help("pods that use it can run there only: `--data-center EU-RO-1`"),
        ));
    };
    let cloud = context.cloud_here().await?;
    let wish = VolumeWish {
        name: args.name.clone(),
        size_gb: args.size,
        data_center,
        kind: args.kind.map(|kind| match kind {
            VolumeKind::Standard => "STANDARD",
            VolumeKind::HighPerformance => "HIGH_PERFORMANCE",
        }),
    };
    let made = cloud.runpod.make_volume(&wish, &context.ledger).await?;
    let message = format!(
        "created network volume {} in {}; {}",
        made.id,
        made.data_center,
        bill(&made, args.kind)
    );
    report("volume create", &made, true, message, context);
    Ok(Exit::Done)
}

/// What it costs from now on. RunPod names no price; its list has one for standard storage.
fn bill(volume: &VolumeSeen, kind: Option<VolumeKind>) -> String {
    let Some(gb) = volume.size_gb.0 else {
        return "it bills until it is deleted".to_owned();
    };
    let more = match kind {
        Some(VolumeKind::HighPerformance) => "more than ",
        Some(VolumeKind::Standard) | None => "",
    };
    format!(
        "it bills {more}${:.2} a month (${}/h), the list rate of standard storage, until it is deleted",
        Rate::network_volume_monthly(gb),
        Rate::network_volume(gb).running
    )
}

async fn resize(args: &VolumeResizeArgs, context: &Context<'_>) -> Result<Exit> {
    refuse_project(args.project.as_deref())?;
    at_least_10_gb(args.size)?;
    let cloud = context.cloud_here().await?;
    let volume = cloud.runpod.volume_called(&args.volume).await?;
    match volume.size_gb.0 {
        Some(now) if now == args.size => {
            let message = format!("network volume {} has {now} GB already", volume.id);
            report("volume resize", &volume, false, message, context);
            return Ok(Exit::Done);
        }
        Some(now) if now > args.size => {
            return Err(Error::usage(
                Failure::new(format!(
                    "network volume {} has {now} GB and never shrinks to {} GB",
                    volume.id, args.size
                ))
                .help("create a smaller one and copy what is needed"),
            ));
        }
        Some(_) | None => {}
    }
    let grown = cloud.runpod.resize_volume(&volume.id, args.size).await?;
    let message = format!(
        "grew network volume {} to {} GB; {}",
        grown.id,
        grown.size_gb,
        bill(&grown, None)
    );
    report("volume resize", &grown, true, message, context);
    Ok(Exit::Done)
}

async fn delete(args: &VolumeDeleteArgs, context: &Context<'_>) -> Result<Exit> {
    refuse_project(args.project.as_deref())?;
    let cloud = context.cloud_here().await?;
    let volume = cloud.runpod.volume_called(&args.volume).await?;
    let help =
        "a volume stays with its pods, stopped ones too: delete them first, with `sindri destroy`";
    refuse_if_used(&volume.id, &cloud, help).await?;
    if !args.force {
        let question = format!(
            "delete network volume {} ({}, {} GB in {}) with everything on it?",
            volume.id, volume.name, volume.size_gb, volume.data_center
        );
        if confirm(&question, context.printer).await? == Answer::No {
            let message = format!("network volume {} is kept", volume.id);
            report("volume delete", &volume, false, message, context);
            return Ok(Exit::Done);
        }
    }
    cloud.runpod.delete_volume(&volume.id).await?;
    let message = format!("deleted network volume {}", volume.id);
    report("volume delete", &volume, true, message, context);
    Ok(Exit::Done)
}

fn report(
    command: &str,
    volume: &VolumeSeen,
    changed: bool,
    message: String,
    context: &Context<'_>,
) {
    let report = VolumeChangeReport {
        provider: "runpod",
        changed,
        message,
        volume: row(volume),
    };
    context.printer.report(command, &report);
}

fn row(volume: &VolumeSeen) -> VolumeRow {
    VolumeRow {
        id: volume.id.clone(),
        name: volume.name.clone(),
        size_gb: volume.size_gb.0,
        data_center: volume.data_center.clone(),
        usd_per_month: volume.size_gb.0.map(Rate::network_volume_monthly),
        deployment: made_for(&volume.name).map(|(name, _)| name.to_owned()),
    }
}
