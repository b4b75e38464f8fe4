//! `/print/jobs/…`: how far a large order is, its end, its file. Its owner and admins see it.
//!
//! Whoever may no longer print, or no longer for that court, sees it no more.

use std::fs::File;
use std::io::Read;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, MessageBody};
use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};

use super::super::scan;
use super::{Desk, Form, file, see_address};
use crate::diagnostic::Words;
use crate::domain::user::Role;
use crate::web::accounts::SignedIn;
use crate::web::error::PageError;
use crate::web::printing::jobs::{Job, Stage};
use crate::web::state::State;
use crate::web::views::{PrintJob, Staff, StaffPage};

/// How many bytes of a file are sent at a time.
const PIECE: usize = 64 * 1024;

/// A job that the user may see.
fn find(id: &str, desk: &Desk<'_>) -> Result<Option<(Arc<Job>, Stage)>, PageError> {
    let found = desk.state.room.jobs.find(id);
    let theirs = found.filter(|(job, _)| {
        // Nobody else learns that there is one.
        job.owner == desk.user.name || desk.user.may(Role::Admin)
    });
    match theirs {
        Some((job, _)) if !desk.user.may_see(&job.order.court) => Err(PageError::NotAllowed),
        theirs => Ok(theirs),
    }
}

/// GET `/print/jobs/{id}`
pub(in crate::web) async fn page(
    signed_in: SignedIn,
    request: HttpRequest,
    id: web::Path<String>,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    let desk = Desk::open(signed_in, &request, &state).await?;
    let Some((job, at)) = find(&id, &desk)? else {
        return scan::missing(&request, &desk.site);
    };
    let layout = desk.source.works.layouts.get(&job.order.layout);
    let shown = PrintJob {
        id: job.id.clone(),
        layout: layout.map_or_else(|| Words::same(job.order.layout.as_str()), |l| l.title.clone()),
        order: job.order.clone(),
        size: job.size,
        done: job.done(),
        stage: at,
    };
    let staff = Staff { job: Some(&shown), ..Staff::default() };
    desk.shown(StaffPage::PrintJob, staff, StatusCode::OK)
}

/// POST `/print/jobs/{id}/cancel`: 303 to the form with the same choice.
pub(in crate::web) async fn cancel(
    signed_in: SignedIn,
    request: HttpRequest,
    id: web::Path<String>,
    body: web::Payload,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    let desk = Desk::open(signed_in, &request, &state).await?;
    Form::read(body, &request, &state).await?;
    let Some((job, _)) = find(&id, &desk)? else {
        return scan::missing(&request, &desk.site);
    };
    state.room.jobs.cancel(&job.id);
    Ok(see_address(&desk.address(&job.order, &[("done", "cancelled")])))
}

/// GET of the address of that form: some web views repeat a POST in this way.
pub(in crate::web) async fn back(id: web::Path<String>) -> HttpResponse {
    // What stands in a path is no more than a name here.
    let plain = id.bytes().all(|b| b.is_ascii_hexdigit());
    see_address(&if plain { format!("/print/jobs/{id}") } else { "/print".to_owned() })
}

/// GET `/print/jobs/{id}/{file}`: the file of a job that is ready.
pub(in crate::web) async fn download(
    signed_in: SignedIn,
    request: HttpRequest,
    path: web::Path<(String, String)>,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    let desk = Desk::open(signed_in, &request, &state).await?;
    let (id, name) = path.into_inner();
    let found = find(&id, &desk)?.filter(|(job, _)| name == job.order.bundle.file());
    let Some((job, Stage::Ready(path, _, _dir))) = found else {
        return scan::missing(&request, &desk.site);
    };
    let opened = File::open(&path).and_then(|file| Ok((file.metadata()?.len(), file)));
    let Ok((left, opened)) = opened.inspect_err(|error| log::error!("{}: {error}", path.display()))
    else {
        return scan::missing(&request, &desk.site);
    };
    Ok(file(&job.order).body(Sent { file: opened, left }))
}

/// A file on its way: it arrives whole also where its name is gone meanwhile.
struct Sent {
    file: File,
    left: u64,
}

impl MessageBody for Sent {
    type Error = std::io::Error;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.left)
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let wanted = usize::try_from(self.left).unwrap_or(PIECE).min(PIECE);
        let mut piece = vec![0; wanted];
        // It was written a moment ago: it is in memory.
        Poll::Ready(Some(self.file.read_exact(&mut piece).map(|()| {
            self.left -= wanted as u64;
            Bytes::from(piece)
        })))
    }
}
