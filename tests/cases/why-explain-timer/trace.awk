# Every 90th request waits 3 ms in clock_nanosleep, because it tries again.
function e(t, comm, tid, cpu, name, payload) { printf "%16s %5d/%-5d [%03d] %5d.%09d: %s: %s\n", comm, tid, tid, cpu, 100 + int(t / 1e9), t % 1e9, name, payload }
function sw(t, comm, tid, cpu, state, nc, nt) { e(t, comm, tid, cpu, "sched:sched_switch", sprintf("prev_comm=%s prev_pid=%d prev_prio=120 prev_state=%s ==> next_comm=%s next_pid=%d next_prio=120", comm, tid, state, nc, nt)) }
function wake(t, comm, tid, cpu, wc, wt, target) { e(t, comm, tid, cpu, "sched:sched_waking", sprintf("comm=%s pid=%d prio=120 target_cpu=%03d", wc, wt, target)) }
BEGIN {
  for (k = 1; k <= 900; k++) {
    t = k * 10000000
    e(t, "worker", 20, 1, "syscalls:sys_exit_accept4", "0x5")
    if (k % 90 == 7) {
      e(t + 4000, "worker", 20, 1, "syscalls:sys_enter_clock_nanosleep", "which_clock: 0x00000000")
      sw(t + 5000, "worker", 20, 1, "S", "swapper/1", 0)
      e(t + 3005000, "swapper", 0, 1, "irq_vectors:local_timer_entry", "vector=236")
      wake(t + 3006000, "swapper", 0, 1, "worker", 20, 1)
      e(t + 3007000, "swapper", 0, 1, "irq_vectors:local_timer_exit", "vector=236")
      sw(t + 3008000, "swapper/1", 0, 1, "R", "worker", 20)
      e(t + 3009000, "worker", 20, 1, "syscalls:sys_exit_clock_nanosleep", "0x0")
    }
    e(t + 3020000 + k % 10 * 100 - (k % 90 == 7 ? 0 : 3000000), "worker", 20, 1, "syscalls:sys_enter_sendto", "fd: 0x00000005")
  }
}
