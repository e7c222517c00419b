//! `factor`: prime factors, of numbers up to 128 bits.

use super::super::getopt::{Given, Known};
use super::super::quoting;
use super::tool::{Io, Worked};

pub(super) const KNOWN: Known = Known { letters: "", long: &[] };

/// Steps between turns.
const STEPS: u32 = 1024;

pub(super) async fn run(io: &mut Io<'_>, given: Given) -> Worked {
    for operand in &given.operands {
        one(io, operand.trim_matches(' ')).await?;
    }
    if !given.operands.is_empty() {
        return Ok(io.code());
    }
    let Some(mut input) = io.open_or_complain("-").await? else { return Ok(1) };
    let mut line = Vec::new();
    while input.line(io, b'\n', &mut line).await? {
        let text = String::from_utf8_lossy(&line).into_owned();
        for word in text.split_whitespace() {
            one(io, word).await?;
        }
    }
    Ok(io.code())
}

async fn one(io: &mut Io<'_>, text: &str) -> Worked<()> {
    let digits = text.strip_prefix('+').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let problem = format!("{} is not a valid positive integer", quoting::value(text));
        return Ok(io.complain(problem).await?);
    }
    let Ok(number) = digits.parse::<u128>() else {
        return Ok(io.complain(format!("{} is too large", quoting::value(text))).await?);
    };
    let mut primes = Vec::new();
    let mut parts = vec![number];
    while let Some(mut part) = parts.pop() {
        for small in (2..1000_u128).take_while(|small| small * small <= number) {
            while part.is_multiple_of(small) && part > small {
                primes.push(small);
                part /= small;
            }
        }
        if part < 2 {
            continue;
        }
        if part < 1_000_000 || is_prime(part) {
            primes.push(part);
            continue;
        }
        let divisor = divisor(io, part).await?;
        parts.extend([divisor, part / divisor]);
    }
    primes.sort_unstable();
    let listed: String = primes.iter().map(|prime| format!(" {prime}")).collect();
    io.out.extend_from_slice(format!("{number}:{listed}\n").as_bytes());
    Ok(io.turn().await?)
}

/// A divisor of a number that is not prime, found as Pollard's method does.
async fn divisor(io: &mut Io<'_>, number: u128) -> Worked<u128> {
    for offset in 1.. {
        let step = |value: u128| add(times(value, value, number), offset, number);
        let (mut slow, mut fast, mut steps) = (2, 2, 0_u32);
        loop {
            slow = step(slow);
            fast = step(step(fast));
            let common = common_divisor(slow.abs_diff(fast), number);
            if common == number {
                break;
            }
            if common > 1 {
                return Ok(common);
            }
            steps += 1;
            if steps.is_multiple_of(STEPS) {
                io.turn().await?;
            }
        }
    }
    Ok(number)
}

fn common_divisor(mut one: u128, mut other: u128) -> u128 {
    while other > 0 {
        (one, other) = (other, one % other);
    }
    one
}

fn add(one: u128, other: u128, modulus: u128) -> u128 {
    let (one, other) = (one % modulus, other % modulus);
    if one >= modulus - other { one - (modulus - other) } else { one + other }
}

fn times(mut one: u128, mut other: u128, modulus: u128) -> u128 {
    if modulus <= u128::from(u64::MAX) {
        return (one % modulus) * (other % modulus) % modulus;
    }
    let mut product = 0;
    while other > 0 {
        if other & 1 == 1 {
            product = add(product, one, modulus);
        }
        one = add(one, one, modulus);
        other >>= 1;
    }
    product
}

/// Whether a large odd number is prime, by Miller's and Rabin's test.
fn is_prime(number: u128) -> bool {
    const WITNESSES: [u128; 20] =
        [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71];
    let twos = (number - 1).trailing_zeros();
    let odd = (number - 1) >> twos;
    WITNESSES.iter().all(|witness| {
        let (mut power, mut base, mut exponent) = (1, *witness, odd);
        while exponent > 0 {
            if exponent & 1 == 1 {
                power = times(power, base, number);
            }
            base = times(base, base, number);
            exponent >>= 1;
        }
        if power == 1 || power == number - 1 {
            return true;
        }
        (1..twos).any(|_| {
            power = times(power, power, number);
            power == number - 1
        })
    })
}
