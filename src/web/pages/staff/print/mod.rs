//! `/print`: the print room. A form, a look at the first piece, and the file, at once or as a job.
//!
//! Whoever prints for some courts alone sees and orders those alone: each order goes through
//! [`Asked::read`]. Pictures and small orders take their turn at the one press.

pub(in crate::web) mod jobs;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue,
};
use actix_web::{HttpRequest, HttpResponse, web};

use super::{Form, Query, dress, not_kept, see_address};
use crate::diagnostic::Words;
use crate::domain::user::{Role, User};
use crate::print::works::{FOLDERS, Works};
use crate::web::accounts::{SignedIn, Visitor, form_token};
use crate::web::error::PageError;
use crate::web::pages::pairs;
use crate::web::printing::Picture;
use crate::web::printing::jobs::Refused;
use crate::web::printing::making::{Source, Unmade, make, words};
use crate::web::printing::order::{Asked, Bundle, NoOrder, Order};
use crate::web::state::{Site, State};
use crate::web::views::{Design, Look, Page, PageKey, Printing, Said, Staff, StaffPage, queried};

/// Pixels a millimetre of a picture: 90 dpi.
const PIXELS_PER_MM: f64 = 90.0 / 25.4;

/// Orders of no more pages are answered with their file.
const AT_ONCE: usize = 12;

/// GET `/print`
pub(in crate::web) async fn page(
    signed_in: SignedIn,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    let desk = Desk::open(signed_in, &request, &state).await?;
    let asked = desk.asked(&pairs(request.query_string()))?;
    let said = Query::of(&request).more("done") == Some("cancelled");
    let said = said.then_some(Said::PrintCancelled);
    desk.answer(asked, said, Vec::new()).await
}

/// POST `/print`: 303 to the address of the choice, or what was ordered.
pub(in crate::web) async fn order(
    signed_in: SignedIn,
    request: HttpRequest,
    body: web::Payload,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    let desk = Desk::open(signed_in, &request, &state).await?;
    let form = Form::read(body, &request, &state).await?;
    let asked = desk.asked(form.pairs())?;
    if !asked.wrong.is_empty() {
        return desk.answer(asked, None, Vec::new()).await;
    }
    if form.get("do") != "print" {
        return Ok(see_address(&format!("{}#look", desk.address(&asked.order, &[]))));
    }
    desk.print(asked).await
}

/// GET `/print/preview.png`: the first piece, its pages one below the other.
pub(in crate::web) async fn preview(
    signed_in: SignedIn,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, PageError> {
    let desk = Desk::open(signed_in, &request, &state).await?;
    let asked = desk.asked(&pairs(request.query_string()))?;
    let mut response = if asked.wrong.is_empty() {
        match &*desk.picture(&asked.order).await? {
            Ok(png) => {
                HttpResponse::Ok().insert_header((CONTENT_TYPE, "image/png")).body(png.clone())
            }
            Err(_) => HttpResponse::NotFound().finish(),
        }
    } else {
        HttpResponse::BadRequest().finish()
    };
    not_kept(&mut response);
    // It changes when the guides do.
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(response)
}

/// The print room as one of its users stands in it.
struct Desk<'a> {
    user: User,
    site: Arc<Site>,
    source: Source,
    request: &'a HttpRequest,
    state: &'a web::Data<State>,
}

impl<'a> Desk<'a> {
    async fn open(
        signed_in: SignedIn,
        request: &'a HttpRequest,
        state: &'a web::Data<State>,
    ) -> Result<Self, PageError> {
        signed_in.require(Role::Printer)?;
        let site = state.site();
        let base_url = state.base_url().cloned().ok_or_else(|| {
            PageError::Unprintable(Words::new(
                "Nothing can be printed: the service does not know its own address. \
                 An admin starts it with --base-url https://….",
                "还印不了：服务不知道自己的网址。请管理员启动时加上 --base-url https://…。",
            ))
        })?;
        let (reading, library) = (state.clone(), Arc::clone(&site.library));
        let works = web::block(move || reading.room.works(|| read(&reading))).await;
        let works = works.map_err(|_| PageError::Busy)?.ok_or(PageError::Busy)?;
        let source = Source { library, works, base_url };
        Ok(Self { user: signed_in.user, site, source, request, state })
    }

    fn asked(&self, pairs: &[(String, String)]) -> Result<Asked, PageError> {
        let Source { library, works, .. } = &self.source;
        Asked::read(pairs, &self.user, library, works).map_err(|fault| match fault {
            NoOrder::NotTheirs => PageError::NotAllowed,
            NoOrder::NoCourt => PageError::Unprintable(Words::new(
                "There is no place to print for: an admin adds some with `onecode placement add`.",
                "您这里还没有可印的点位：请管理员用 onecode placement add 登记。",
            )),
            NoOrder::NoLayout => PageError::Unprintable(Words::new(
                "The site has no print layouts.",
                "站点里没有印刷版式。",
            )),
        })
    }

    fn key(&self, page: StaffPage) -> PageKey {
        PageKey {
            // Here a court is a choice, and nobody stands anywhere.
            court: None,
            placement: None,
            ..Query::of(self.request).key(Page::Staff(page), self.request, &self.site)
        }
    }

    /// The address of an order, in the language and the size of this page.
    fn address(&self, order: &Order, more: &[(&str, &str)]) -> String {
        let mut pairs = order.pairs();
        pairs.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let own = self.site.views.address(&self.key(StaffPage::Print));
        let joint = if own.contains('?') { '&' } else { '?' };
        format!("{own}{joint}{}", queried(&pairs))
    }

    /// The picture of an order's first piece.
    async fn picture(&self, order: &Order) -> Result<Picture, PageError> {
        let order = Order { copies: 1, bundle: Bundle::Zip, ..order.clone() };
        let name = queried(&order.pairs());
        if let Some(picture) = self.state.room.picture(&name) {
            return Ok(picture);
        }
        let (turn, source) = (self.state.printing().await?, self.source.clone());
        let picture = web::block(move || {
            let _turn = turn;
            drawn(&order, &source)
        });
        let picture: Picture = Arc::new(picture.await.map_err(|_| PageError::Busy)?);
        self.state.room.keep(name, &picture);
        Ok(picture)
    }

    /// How much an order is, and whether its first piece comes out.
    async fn look(&self, order: &Order) -> Result<Look, PageError> {
        let (library, works) = (&self.source.library, &self.source.works);
        let size = match order.plan(library, works) {
            Ok(documents) => Order::size(&documents),
            Err(error) => return Ok(Look { faults: vec![words(&error)], ..Look::default() }),
        };
        let look = Look { size: Some(size), ..Look::default() };
        match self.picture(order).await {
            Ok(picture) => Ok(match &*picture {
                Ok(_) => Look { picture: true, ..look },
                Err(fault) => Look { faults: vec![fault.clone()], ..look },
            }),
            // What takes the press now is somebody's order: the form can be filled in meanwhile.
            Err(PageError::Busy) => Ok(look),
            Err(error) => Err(error),
        }
    }

    /// The page: 400 where something is wrong with what was asked for.
    async fn answer(
        &self,
        asked: Asked,
        said: Option<Said>,
        faults: Vec<Words>,
    ) -> Result<HttpResponse, PageError> {
        let mut look =
            if asked.wrong.is_empty() { self.look(&asked.order).await? } else { Look::default() };
        let status = match said {
            _ if !asked.wrong.is_empty() || !faults.is_empty() => StatusCode::BAD_REQUEST,
            Some(said) if !said.is_good() => StatusCode::SERVICE_UNAVAILABLE,
            Some(_) | None => StatusCode::OK,
        };
        look.faults.extend(faults);
        look.faults.dedup();
        let jobs = self.state.room.jobs.of(&self.user.name);
        let jobs = jobs.into_iter().map(|(job, stage)| (job.id.clone(), job.size, stage)).collect();
        let printing = Printing {
            designs: Design::all(&self.source.works),
            user: self.user.clone(),
            asked,
            look,
            jobs,
        };
        let staff = Staff { said, print: Some(&printing), ..Staff::default() };
        self.shown(StaffPage::Print, staff, status)
    }

    fn shown(
        &self,
        page: StaffPage,
        staff: Staff<'_>,
        status: StatusCode,
    ) -> Result<HttpResponse, PageError> {
        let token = Visitor::of(self.request).token.ok_or(PageError::Forged)?;
        let staff = Staff { form_token: form_token(&token), user: Some(&self.user), ..staff };
        let html = self.site.views.staff(&self.key(page), page, &staff)?;
        let mut response =
            HttpResponse::build(status).content_type("text/html; charset=utf-8").body(html);
        dress(&mut response, &self.site);
        // The one page with a picture.
        let policy = self.site.views.policy();
        let policy = [policy.as_bytes(), b"; img-src 'self'"].concat();
        if let Ok(policy) = HeaderValue::from_bytes(&policy) {
            response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
        }
        not_kept(&mut response);
        Ok(response)
    }

    /// Prints: a small order at once, a large one as a job.
    async fn print(&self, asked: Asked) -> Result<HttpResponse, PageError> {
        let Source { library, works, .. } = &self.source;
        let size = match asked.order.plan(library, works) {
            Ok(documents) => Order::size(&documents),
            Err(error) => return self.answer(asked, None, vec![words(&error)]).await,
        };
        if size.pages <= AT_ONCE {
            return self.print_now(asked).await;
        }
        let (id, order) = (self.state.accounts.new_token(), asked.order.clone());
        let path = format!("/print/jobs/{id}");
        let jobs = &self.state.room.jobs;
        let said = match jobs.take(id, &self.user.name, order, size, self.source.clone()) {
            Ok(()) => return Ok(see_address(&path)),
            Err(Refused::Theirs) => Said::PrintTheirs,
            Err(Refused::Full) => Said::PrintFull,
            Err(Refused::Nowhere) => Said::PrintNowhere,
        };
        self.answer(asked, Some(said), Vec::new()).await
    }

    async fn print_now(&self, asked: Asked) -> Result<HttpResponse, PageError> {
        let dir = self.state.room.jobs.dir(&self.state.accounts.new_token());
        let Some(dir) = dir else {
            return self.answer(asked, Some(Said::PrintNowhere), Vec::new()).await;
        };
        let Ok(turn) = self.state.printing().await else {
            return self.answer(asked, Some(Said::PrintFull), Vec::new()).await;
        };
        let (order, source) = (asked.order.clone(), self.source.clone());
        let made = web::block(move || {
            let (_turn, stop) = (turn, AtomicBool::new(false));
            let file = make(&order, &source, &dir.0, &stop, &|| {})?;
            std::fs::read(file).map_err(|_| Unmade::Stopped)
        });
        match made.await.map_err(|_| PageError::Busy)? {
            Ok(bytes) => Ok(file(&asked.order).body(bytes)),
            Err(Unmade::Faulty(faults)) => self.answer(asked, None, faults).await,
            Err(Unmade::Stopped) => Err(PageError::Busy),
        }
    }
}

/// The head of an answer that is an order's file.
fn file(order: &Order) -> actix_web::HttpResponseBuilder {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let layout: String = order.layout.chars().filter(|c| plain(*c)).collect();
    let (court, ending) = (&order.court, order.bundle.as_str());
    let name = format!("attachment; filename=\"{court}-{layout}.{ending}\"");
    let mut response = HttpResponse::Ok();
    response
        .insert_header((CONTENT_TYPE, order.bundle.content_type()))
        .insert_header((CONTENT_DISPOSITION, name))
        .insert_header((CACHE_CONTROL, "no-store"));
    response
}

fn read(state: &State) -> Option<Works> {
    let works = Works::read(state.printables(&FOLDERS)?);
    let works = works.inspect_err(|error| log::error!("what is printed cannot be read: {error}"));
    let works = works.ok()?;
    for fault in &works.faults {
        log::warn!("{}: a layout cannot be read", fault.file);
    }
    Some(works)
}

fn drawn(order: &Order, source: &Source) -> Result<Vec<u8>, Words> {
    let Source { library, works, base_url } = source;
    let documents = order.plan(library, works).map_err(|error| words(&error))?;
    let group = documents.first().and_then(|document| document.groups.first());
    let group = group.ok_or_else(|| Words::new("nothing to print", "没有可印的"))?;
    let setup = order.setup(base_url.clone(), works.logo.clone());
    works.picture(group, &setup, PIXELS_PER_MM).map_err(|error| words(&error))
}
