//! Pages rendered once before anybody sees them: what a template gets wrong shows then. Those that visitors
//! open from the service are `Views::render_all`'s.

use super::staff::{self, Said, Staff, StaffPage};
use super::{
    Calculator, Medium, Page, PageKey, PrintJob, Printing, Stats, Views, ViewsError, document,
};
use crate::store::trouble::{Stalled, Trouble};

impl Views {
    /// Renders what is read without the service: a page of each kind stands for all.
    pub(super) fn render_away(&self) -> Result<(), ViewsError> {
        let guide = self.pages().last().unwrap_or(Page::Home);
        let tool = Page::Tool(Calculator::DeadlineRules);
        for (page, medium) in [
            (Page::Home, Medium::Saved),
            (guide, Medium::Saved),
            (Page::Home, Medium::Exported),
            (guide, Medium::Exported),
            (tool, Medium::Exported),
            (Page::Search, Medium::Exported),
        ] {
            for language in self.texts.languages() {
                let key = PageKey { medium, ..PageKey::plain(page, language) };
                self.render(&key, &self.library)?;
            }
        }
        Ok(())
    }

    /// Renders every staff page for every role, and with a line on top.
    pub(super) fn render_staff(&self) -> Result<(), ViewsError> {
        let users = staff::samples(&self.library);
        let sample = Stats::sample(&self.library, self.texts.today);
        let (room, jobs) = (Printing::samples(&self.library), PrintJob::samples(&self.library));
        for (page, language) in StaffPage::ALL
            .into_iter()
            .flat_map(|page| self.texts.languages().into_iter().map(move |l| (page, l)))
        {
            let key = PageKey::plain(Page::Staff(page), language);
            self.staff(&key, page, &Staff { said: Some(Said::Wrong), ..Staff::default() })?;
            for trouble in Trouble::ALL {
                let stalled = Some(Stalled { trouble, keeps_scans: trouble == Trouble::Full });
                self.staff(&key, page, &Staff { stalled, ..Staff::default() })?;
            }
            for user in &users {
                let (said, users) = (Some(Said::Added), users.clone());
                let stats = Some(&sample);
                let staff = Staff { user: Some(user), users, said, stats, ..Staff::default() };
                self.staff(&key, page, &staff)?;
                for print in &room {
                    let print = Some(print);
                    self.staff(&key, page, &Staff { user: Some(user), print, ..Staff::default() })?;
                }
                for job in &jobs {
                    let job = Some(job);
                    self.staff(&key, page, &Staff { user: Some(user), job, ..Staff::default() })?;
                }
            }
        }
        Ok(())
    }

    /// Renders the documents' pages once in each language; the first document stands for all.
    pub(super) fn render_documents(&self) -> Result<(), ViewsError> {
        for language in self.texts.languages() {
            document::samples(&self.library, self.texts.today, &mut |page, sheet| {
                let key = PageKey::plain(Page::Document(page), language);
                self.document(&key, sheet).map(drop)
            })?;
        }
        Ok(())
    }
}
