# Requests take three times as long on CPU 3 as on the other seven.
function e(t, comm, tid, cpu, name, payload) { printf "%16s %5d/%-5d [%03d] %5d.%09d: %s: %s\n", comm, tid, tid, cpu, 100 + int(t / 1e9), t % 1e9, name, payload }
function sw(t, comm, tid, cpu, state, nc, nt) { e(t, comm, tid, cpu, "sched:sched_switch", sprintf("prev_comm=%s prev_pid=%d prev_prio=120 prev_state=%s ==> next_comm=%s next_pid=%d next_prio=120", comm, tid, state, nc, nt)) }
function wake(t, comm, tid, cpu, wc, wt, target) { e(t, comm, tid, cpu, "sched:sched_waking", sprintf("comm=%s pid=%d prio=120 target_cpu=%03d", wc, wt, target)) }
BEGIN {
  for (k = 1; k <= 800; k++) {
    cpu = k * 7 % 8
    t += 1000000
    e(t, "worker", 20 + cpu, cpu, "app:request", "id=" k)
    e(t + (cpu == 3 ? 90000 : 30000) + k % 13 * 100, "worker", 20 + cpu, cpu, "app:reply", "id=" k " size=" k % 5)
  }
}
