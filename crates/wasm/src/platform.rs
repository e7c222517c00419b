//! The JavaScript platform as the cloud's outside world.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use futures_channel::oneshot;
use futures_util::future::BoxFuture;
use js_sys::{Function, Reflect};
use sandbox_fs::Timestamp;
use sandbox_shell::Host;
use send_wrapper::SendWrapper;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// The longest time `setTimeout` takes, in milliseconds; a longer one would fire at once.
const LONGEST_TIMER: u128 = i32::MAX as u128;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &Function, milliseconds: i32) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(timer: JsValue);

    type MessageChannel;
    #[wasm_bindgen(constructor)]
    fn new() -> MessageChannel;
    #[wasm_bindgen(method, getter)]
    fn port1(this: &MessageChannel) -> MessagePort;
    #[wasm_bindgen(method, getter)]
    fn port2(this: &MessageChannel) -> MessagePort;

    type MessagePort;
    #[wasm_bindgen(method, setter)]
    fn set_onmessage(this: &MessagePort, handler: &Function);
    #[wasm_bindgen(method, js_name = postMessage)]
    fn post_message(this: &MessagePort, message: &JsValue);

    #[wasm_bindgen(thread_local_v2, js_name = performance)]
    static PERFORMANCE: Performance;
    type Performance;
    #[wasm_bindgen(method)]
    fn now(this: &Performance) -> f64;
}

/// Clock, timers, turns and entropy of a JavaScript platform.
pub(crate) struct JsPlatform {
    turns: SendWrapper<Turns>,
}

impl JsPlatform {
    pub(crate) fn new() -> Self {
        Self { turns: SendWrapper::new(Turns::new()) }
    }
}

impl Host for JsPlatform {
    fn now(&self) -> Timestamp {
        Timestamp((js_sys::Date::now() * 1e6) as i64)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.real_sleep(duration)
    }

    fn real_sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(SendWrapper::new(async move {
            let mut left =
                duration.as_millis() + u128::from(!duration.subsec_nanos().is_multiple_of(1_000_000));
            loop {
                let step = left.min(LONGEST_TIMER);
                Timer::start(step as i32).fired().await;
                left -= step;
                if left == 0 {
                    return;
                }
            }
        }))
    }

    fn real_elapsed(&self) -> Duration {
        Duration::from_secs_f64(PERFORMANCE.with(Performance::now).max(0.0) / 1e3)
    }

    fn turn(&self) -> BoxFuture<'static, ()> {
        let turned = self.turns.next();
        Box::pin(SendWrapper::new(async move {
            let _cancelled = turned.await;
        }))
    }

    fn spawn(&self, task: BoxFuture<'static, ()>) {
        spawn_local(task);
    }

    fn random_u64(&self) -> u64 {
        let mut bytes = [0; 8];
        // Only a platform without `crypto.getRandomValues` fails; its ids are then as good as its clock.
        if getrandom::fill(&mut bytes).is_err() {
            return js_sys::Math::random().to_bits() ^ js_sys::Date::now().to_bits();
        }
        u64::from_le_bytes(bytes)
    }
}

/// One `setTimeout`; dropping it clears it.
struct Timer {
    id: JsValue,
    fired: Option<oneshot::Receiver<()>>,
    _callback: Closure<dyn FnMut()>,
}

impl Timer {
    fn start(milliseconds: i32) -> Self {
        let (fire, fired) = oneshot::channel();
        let mut fire = Some(fire);
        let callback = Closure::new(move || {
            if let Some(fire) = fire.take() {
                let _gone = fire.send(());
            }
        });
        let id = set_timeout(callback.as_ref().unchecked_ref(), milliseconds);
        Self { id, fired: Some(fired), _callback: callback }
    }

    async fn fired(mut self) {
        if let Some(fired) = self.fired.take() {
            let _cancelled = fired.await;
        }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        clear_timeout(self.id.clone());
    }
}

/// Turns of the event loop: through `setImmediate` where there is one (Node), else through a message channel,
/// whose messages, unlike nested timers, are not held back by 4 ms.
struct Turns {
    waiting: Rc<RefCell<Vec<oneshot::Sender<()>>>>,
    callback: Closure<dyn FnMut()>,
    ask: Ask,
}

enum Ask {
    Immediate(Function),
    Message(MessagePort),
}

impl Turns {
    fn new() -> Self {
        let waiting: Rc<RefCell<Vec<oneshot::Sender<()>>>> = Rc::default();
        let woken = Rc::clone(&waiting);
        let callback = Closure::<dyn FnMut()>::new(move || {
            let all = woken.take();
            for waiter in all {
                let _gone = waiter.send(());
            }
        });
        let immediate = Reflect::get(&js_sys::global(), &"setImmediate".into()).ok();
        let ask = match immediate.and_then(|function| function.dyn_into::<Function>().ok()) {
            Some(immediate) => Ask::Immediate(immediate),
            None => {
                let channel = MessageChannel::new();
                channel.port1().set_onmessage(callback.as_ref().unchecked_ref());
                Ask::Message(channel.port2())
            }
        };
        Self { waiting, callback, ask }
    }

    fn next(&self) -> oneshot::Receiver<()> {
        let (turn, turned) = oneshot::channel();
        let mut waiting = self.waiting.borrow_mut();
        waiting.push(turn);
        if waiting.len() == 1 {
            match &self.ask {
                Ask::Immediate(immediate) => {
                    // A platform whose setImmediate throws has no event loop to wait for.
                    let _ = immediate.call1(&JsValue::UNDEFINED, self.callback.as_ref().unchecked_ref());
                }
                Ask::Message(port) => port.post_message(&JsValue::NULL),
            }
        }
        turned
    }
}
