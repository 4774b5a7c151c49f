// Package remora routes the tasks of agents: which variant of an agent (prompt, model tier, temperature) should take a task? Remora
// learns it from outcomes, in the host's process, and shares what it learned with every process of the machine.
//
// The package loads the Remora library at run time: through cgo where it is on, and without a C compiler where it is off
// (CGO_ENABLED=0, or the build tag remora_purego). Both ways behave the same.
//
// Methods of State are the C functions of the same names; the headers in include/remora say in full what each does. Names become ids
// once (Intern, Find, AgentDefine); calls on the hot path take ids, take no lock and make no garbage. Methods that may read or write
// files take a context. Times are time.Time, and the zero time is the library's clock.
//
// A call goes to the library on a stack of the system, and carries nothing of the goroutine that makes it: goroutines may change
// threads between two calls, and any number of them may call one State.
package remora
