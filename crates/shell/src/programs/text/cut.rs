//! `cut`: parts of each line.

use super::super::getopt::{Given, Known};
use super::fields::{List, Of};
use super::tool::{Input, Io, Worked, files, without_end};

pub(super) const KNOWN: Known = Known {
    letters: "b:c:d:f:nsz",
    long: &[
        ("bytes", 'b'),
        ("characters", 'c'),
        ("fields", 'f'),
        ("delimiter", 'd'),
        ("only-delimited", 's'),
        ("output-delimiter=", 'O'),
        ("complement", 'C'),
        ("zero-terminated", 'z'),
    ],
};

struct Wish {
    list: List,
    fields: bool,
    delimiter: u8,
    only_delimited: bool,
    output: Option<Vec<u8>>,
    end: u8,
}

fn wish(given: &Given) -> Result<Wish, String> {
    let mut lists = given.options.iter().filter(|(letter, _)| matches!(letter, 'b' | 'c' | 'f'));
    let (Some((kind, list)), another) = (lists.next(), lists.next()) else {
        return Err("you must specify a list of bytes, characters, or fields".to_owned());
    };
    let delimiter = given.value('d');
    if delimiter.is_some_and(|delimiter| delimiter.len() > 1) {
        return Err("the delimiter must be a single character".to_owned());
    }
    if another.is_some() {
        return Err("only one list may be specified".to_owned());
    }
    let fields = *kind == 'f';
    if !fields && delimiter.is_some() {
        return Err("an input delimiter may be specified only when operating on fields".to_owned());
    }
    if !fields && given.has('s') {
        return Err("suppressing non-delimited lines makes sense\n\tonly when operating on fields".to_owned());
    }
    let mut list = List::parse(list, if fields { Of::Fields } else { Of::Positions }, false)?;
    if given.has('C') {
        list = list.complement();
    }
    let byte_or_nul = |text: &str| if text.is_empty() { vec![0] } else { text.as_bytes().to_vec() };
    Ok(Wish {
        list,
        fields,
        delimiter: delimiter.map_or(b'\t', |delimiter| byte_or_nul(delimiter)[0]),
        only_delimited: given.has('s'),
        output: given.value('O').map(byte_or_nul),
        end: if given.has('z') { 0 } else { b'\n' },
    })
}

pub(super) async fn run(io: &mut Io<'_>, given: Given) -> Worked {
    let wish = match wish(&given) {
        Ok(wish) => wish,
        Err(problem) => return Err(io.misused(problem).await),
    };
    for operand in files(given.operands) {
        if let Some(mut input) = io.open_or_complain(&operand).await? {
            let worked = cut(io, &wish, &mut input).await;
            io.unless_input_fails(&operand, worked).await?;
        }
    }
    Ok(io.code())
}

async fn cut(io: &mut Io<'_>, wish: &Wish, input: &mut Input) -> Worked<()> {
    let mut line = Vec::new();
    while input.line(io, wish.end, &mut line).await? {
        let line = without_end(&line, wish.end);
        if !wish.fields {
            for (nth, &(low, high)) in wish.list.0.iter().enumerate() {
                let Some(low) = usize::try_from(low - 1).ok().filter(|low| *low < line.len()) else { break };
                if let Some(output) = wish.output.as_ref().filter(|_| nth > 0) {
                    io.out.extend_from_slice(output);
                }
                let high = usize::try_from(high).map_or(line.len(), |high| high.min(line.len()));
                io.out.extend_from_slice(&line[low..high]);
            }
        } else if line.contains(&wish.delimiter) {
            let mut any = false;
            for (number, field) in (1..).zip(line.split(|byte| *byte == wish.delimiter)) {
                if wish.list.contains(number) {
                    if std::mem::replace(&mut any, true) {
                        match &wish.output {
                            Some(output) => io.out.extend_from_slice(output),
                            None => io.out.push(wish.delimiter),
                        }
                    }
                    io.out.extend_from_slice(field);
                }
            }
        } else if wish.only_delimited {
            continue;
        } else {
            io.out.extend_from_slice(line);
        }
        io.out.push(wish.end);
    }
    Ok(())
}
