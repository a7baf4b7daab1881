# Three workers hand a lock from one to the next. Now and then the first holder reads from a disk for 4 ms, and all wait.
function e(t, comm, tid, cpu, name, payload) { printf "%16s %5d/%-5d [%03d] %5d.%09d: %s: %s\n", comm, tid, tid, cpu, 100 + int(t / 1e9), t % 1e9, name, payload }
function sw(t, comm, tid, cpu, state, nc, nt) { e(t, comm, tid, cpu, "sched:sched_switch", sprintf("prev_comm=%s prev_pid=%d prev_prio=120 prev_state=%s ==> next_comm=%s next_pid=%d next_prio=120", comm, tid, state, nc, nt)) }
function wake(t, comm, tid, cpu, wc, wt, target) { e(t, comm, tid, cpu, "sched:sched_waking", sprintf("comm=%s pid=%d prio=120 target_cpu=%03d", wc, wt, target)) }
function waits(t, w) {
  e(t, "worker", 20 + w, w, "syscalls:sys_enter_futex", "uaddr: 0x55d0")
  sw(t + 500, "worker", 20 + w, w, "S", "swapper/" w, 0)
}
function handed(t, from, to) {
  wake(t, "worker", 20 + from, from, "worker", 20 + to, to)
  sw(t + 1000, "swapper/" to, 0, to, "R", "worker", 20 + to)
  e(t + 1500, "worker", 20 + to, to, "syscalls:sys_exit_futex", "0x0")
}
BEGIN {
  for (k = 1; k <= 400; k++) {
    t = k * 20000000
    e(t, "worker", 21, 1, "syscalls:sys_exit_futex", "0x0")
    waits(t + 1000, 2)
    waits(t + 2000, 3)
    held = 20000 + k % 9 * 300
    if (k % 80 == 3) {
      e(t + 3000, "worker", 21, 1, "block:block_rq_issue", "8,0 R 4096 () 64 + 8 [worker]")
      sw(t + 4000, "worker", 21, 1, "D", "swapper/1", 0)
      held = 4000000
      e(t + held - 3000, "swapper", 0, 1, "irq:irq_handler_entry", "irq=11 name=virtio0")
      wake(t + held - 2500, "swapper", 0, 1, "worker", 21, 1)
      e(t + held - 2000, "swapper", 0, 1, "irq:irq_handler_exit", "irq=11 ret=handled")
      sw(t + held - 1000, "swapper/1", 0, 1, "R", "worker", 21)
    }
    handed(t + held, 1, 2)
    handed(t + held + 20000, 2, 3)
  }
}
