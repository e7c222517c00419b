//! Redirections.

use std::sync::Arc;

use sandbox_fs::{Errno, Kind, OpenFlags};
use sandbox_kernel::{Description, open};

use crate::state::{Flow, SetOption, Shell};
use crate::syntax::{Redirection, RedirectionKind, RedirectionTarget, Word};

/// What descriptors were before, in the order in which they were changed.
pub(crate) type Before = Vec<(i32, Option<Arc<Description>>)>;

/// The lowest number that `{name}>` and the shell itself use.
const FIRST_FREE: i32 = 10;

impl Shell {
    /// Performs redirections. The inner error is the status after what went wrong was told; then nothing is changed.
    pub(crate) async fn redirect(&mut self, redirections: &[Redirection]) -> Flow<Result<Before, i32>> {
        let mut before = Before::new();
        for redirection in redirections {
            match self.redirect_one(redirection, &mut before).await {
                Ok(Ok(())) => {}
                Ok(Err(Refused(message))) => {
                    self.undo_redirections(before);
                    if let Some(message) = message {
                        self.complain(message);
                    }
                    return Ok(Err(1));
                }
                Err(unwind) => {
                    self.undo_redirections(before);
                    return Err(unwind);
                }
            }
        }
        Ok(Ok(before))
    }

    /// Gives descriptors back what they were.
    pub(crate) fn undo_redirections(&mut self, before: Before) {
        for (number, description) in before.into_iter().rev() {
            match description {
                Some(description) => self.redirect_to(number, description),
                None => {
                    self.descriptors.close(number);
                }
            }
        }
    }

    async fn redirect_one(
        &mut self,
        Redirection { target, kind }: &Redirection,
        before: &mut Before,
    ) -> Flow<Result<(), Refused>> {
        use RedirectionKind::{
            Append, AppendBoth, Clobber, DuplicateInput, DuplicateOutput, HereDocument, HereString, Read,
            ReadWrite, Write, WriteBoth,
        };
        let writing = OpenFlags::WRITE | OpenFlags::CREATE;
        let (default, opened) = match kind {
            Read(word) => (0, self.open_word(word, OpenFlags::READ).await?),
            Write(word) if self.options.has(SetOption::NOCLOBBER) => (1, self.open_unclobbered(word).await?),
            Write(word) | Clobber(word) => (1, self.open_word(word, writing | OpenFlags::TRUNCATE).await?),
            Append(word) => (1, self.open_word(word, writing | OpenFlags::APPEND).await?),
            ReadWrite(word) => (0, self.open_word(word, writing | OpenFlags::READ).await?),
            WriteBoth(word) => return self.redirect_both_to(word, OpenFlags::TRUNCATE, before).await,
            AppendBoth(word) => return self.redirect_both_to(word, OpenFlags::APPEND, before).await,
            DuplicateInput(word) => return self.duplicate(target, 0, word, before).await,
            DuplicateOutput(word) => return self.duplicate(target, 1, word, before).await,
            HereDocument(document) => {
                (0, Ok(Shell::readable(&self.expand_here_document(&document.body).await?)))
            }
            HereString(word) => {
                let mut text = self.expand_text(word).await?;
                text.push('\n');
                (0, Ok(Shell::readable(&text)))
            }
        };
        let what = match kind {
            Read(word) | Write(word) | Clobber(word) | Append(word) | ReadWrite(word) => &*word.source,
            _ => "here-document",
        };
        Ok(opened.and_then(|opened| self.put(target, default, opened, before, what)))
    }

    /// Lets the descriptor of a redirection refer to what was opened; `what` is its word.
    fn put(
        &mut self,
        target: &RedirectionTarget,
        default: i32,
        opened: Arc<Description>,
        before: &mut Before,
        what: &str,
    ) -> Result<(), Refused> {
        let number = match target {
            RedirectionTarget::Default => default,
            RedirectionTarget::Number(number) => *number,
            RedirectionTarget::Variable(name) => {
                // It stays open after the command.
                let number = match self.descriptors.add(FIRST_FREE, opened) {
                    Ok(number) => number,
                    Err(errno) => {
                        self.say(&format!(
                            "{}: redirection error: cannot duplicate fd: {errno}\n",
                            self.message_name
                        ));
                        return Err(Refused::at(what, errno));
                    }
                };
                return match self.assign_or_complain(name, number.to_string()) {
                    true => Ok(()),
                    false => Err(Refused(None)),
                };
            }
        };
        let old = self.descriptors.set(number, opened).map_err(|errno| Refused::at(number, errno))?;
        before.push((number, old));
        Ok(())
    }

    async fn open_word(&mut self, word: &Word, flags: OpenFlags) -> Flow<Result<Arc<Description>, Refused>> {
        let path = match self.one_path(word).await? {
            Ok(path) => path,
            Err(refused) => return Ok(Err(refused)),
        };
        Ok(self.open_path(&path, flags).await)
    }

    async fn open_path(&mut self, path: &str, flags: OpenFlags) -> Result<Arc<Description>, Refused> {
        let opened = open(&self.process, &self.descriptors, path, flags, 0o666);
        let opened = opened.map_err(|errno| Refused::at(path, errno))?;
        opened.connected().await;
        Ok(opened)
    }

    /// The one word that a redirection's word expands to.
    async fn one_path(&mut self, word: &Word) -> Flow<Result<String, Refused>> {
        let mut words = self.expand_redirection(word).await?;
        Ok(match (words.pop(), words.is_empty()) {
            (Some(path), true) => Ok(path),
            _ => Err(Refused(Some(format!("{}: ambiguous redirect", word.source)))),
        })
    }

    async fn open_unclobbered(&mut self, word: &Word) -> Flow<Result<Arc<Description>, Refused>> {
        let path = match self.one_path(word).await? {
            Ok(path) => path,
            Err(refused) => return Ok(Err(refused)),
        };
        let absolute = self.process.absolute(&path);
        let exists = self.process.files().stat(&absolute).is_ok_and(|stat| stat.kind == Kind::File);
        if exists {
            return Ok(Err(Refused(Some(format!("{path}: cannot overwrite existing file")))));
        }
        Ok(self.open_path(&path, OpenFlags::WRITE | OpenFlags::CREATE).await)
    }

    async fn redirect_both_to(
        &mut self,
        word: &Word,
        how: OpenFlags,
        before: &mut Before,
    ) -> Flow<Result<(), Refused>> {
        let path = self.one_path(word).await?;
        Ok(match path {
            Ok(path) => self.redirect_both(&path, how, before).await,
            Err(refused) => Err(refused),
        })
    }

    async fn redirect_both(
        &mut self,
        path: &str,
        how: OpenFlags,
        before: &mut Before,
    ) -> Result<(), Refused> {
        let opened = self.open_path(path, OpenFlags::WRITE | OpenFlags::CREATE | how).await?;
        self.put(&RedirectionTarget::Number(1), 1, Arc::clone(&opened), before, path)?;
        self.put(&RedirectionTarget::Number(2), 2, opened, before, path)
    }

    /// `<&word` and `>&word`.
    async fn duplicate(
        &mut self,
        target: &RedirectionTarget,
        default: i32,
        word: &Word,
        before: &mut Before,
    ) -> Flow<Result<(), Refused>> {
        let path = match self.one_path(word).await? {
            Ok(path) => path,
            Err(refused) => return Ok(Err(refused)),
        };
        if path == "-" {
            let number = match target {
                RedirectionTarget::Default => default,
                RedirectionTarget::Number(number) => *number,
                RedirectionTarget::Variable(name) => match self.number_in(name) {
                    Some(number) => number,
                    None => return Ok(Err(Refused::at(name, Errno::EBADF))),
                },
            };
            let closed = self.descriptors.close(number);
            if !matches!(target, RedirectionTarget::Variable(_)) {
                before.push((number, closed));
            }
            return Ok(Ok(()));
        }
        let (digits, moves) = path.strip_suffix('-').map_or((&*path, false), |digits| (digits, true));
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            // `>&file` is what `&>file` is.
            if default == 1 && *target == RedirectionTarget::Default {
                return Ok(self.redirect_both(&path, OpenFlags::TRUNCATE, before).await);
            }
            return Ok(Err(Refused(Some(format!("{}: ambiguous redirect", word.source)))));
        }
        let from: i32 = digits.parse().unwrap_or(i32::MAX);
        let opened = match self.descriptors.get(from) {
            Ok(description) => Arc::clone(description),
            Err(errno) => return Ok(Err(Refused::at(digits, errno))),
        };
        let put = self.put(target, default, opened, before, &path);
        // `3>&3-` moves nothing.
        let stays = *target == RedirectionTarget::Number(from)
            || *target == RedirectionTarget::Default && from == default;
        if put.is_ok() && moves && !stays {
            let closed = self.descriptors.close(from);
            before.push((from, closed));
        }
        Ok(put)
    }

    /// The descriptor whose number a variable holds.
    fn number_in(&self, name: &str) -> Option<i32> {
        self.variables.get(name)?.scalar()?.parse().ok()
    }
}

/// Why a redirection cannot be; nothing to say where it was said already.
pub(crate) struct Refused(Option<String>);

impl Refused {
    fn at(what: impl std::fmt::Display, errno: Errno) -> Self {
        Self(Some(format!("{what}: {errno}")))
    }
}
