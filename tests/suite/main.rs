//! The one integration suite: each module meets the program as somebody does.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop at once")]
#![allow(clippy::print_stdout, reason = "a skipped test says so")]
#![allow(clippy::disallowed_methods, reason = "a test is an edge: it has an environment")]
#![allow(clippy::doc_markdown, reason = "tests name products")]

mod support;

mod accounts; // who may look: signing in, sessions, forms, guessing, the set-up link
mod api; // the numbers for programs: tokens, courts, the description
mod architecture; // what may import what, which crates are confined where, licences and sources
mod authors; // README's chapter for authors, tried on a fresh site
mod browser; // a real Chromium at phone size
mod calculators; // fees and last days by their vectors
mod check; // content faults: each bad site shows its message
mod cli; // the program at the command line: exit codes, messages, files
mod dashboard; // the managers' dashboard: who sees what, its files, its links
mod designs; // tents, handouts, two languages and bleed, read back by programs that are not ours
mod document_content; // our own litigation documents, blank and filled in
mod document_faults; // what goes wrong while a document is filled in: nothing typed is lost or told
mod document_web; // litigation documents on a phone: steps, paper, files, and nothing kept
mod documents; // litigation documents as DOCX and PDF, read back by programs that are not ours
mod export; // the site as files: whole, the same twice, every address right, searched as the service does
mod golden; // one picture a layout
mod keeping; // the store by the command line: verify, compact, backup, restore, strike, alarm
mod languages; // each page in each language: made, written, missing, and how they lead to each other
mod logo; // symbols with a logo, as a PDF, a browser and the proof show them
mod monthly; // the monthly report as PDF, read back
mod offline; // guides without a network, as a file, in WeChat, at night
mod pages; // pages over HTTP, and how they follow the content
mod pdf_ua; // what PDF/UA-1 asks and a program can tell
mod pieces; // what every piece has to say, in every language and under long names
mod print; // posters read back by decoders that are not ours
mod print_room; // posters over HTTP: who may, what they get, jobs and their end
mod readme; // the commands of README.md run as they stand
mod reports; // reports and silent placements, of a store with a past
mod resume; // sets that are cut short and go on, and the contact sheet of each folder
mod search; // what visitors find, and that nothing is kept of what they asked
mod sheets; // labels and cards: every slot read back, measured, filled as asked for
mod store; // one list of tests, run on every engine
mod tools; // the pages of the calculators over HTTP, their JSON and their calendar file
mod upkeep; // a store kept small and right: packed, compacted, verified, struck out, saved, brought back
mod useful; // the question at the end of each page, from button to statistics
mod web; // scans over HTTP against a real server
