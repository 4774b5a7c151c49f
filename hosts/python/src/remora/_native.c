/* The hot functions of the library as builtins: the arguments of the C functions, structs as anything with a
 * writable buffer (the ctypes structs of _raw), NULL as None. ctypes does the same; this does it without its
 * cost. For the two most frequent calls there are quick forms that need no structs at all.
 *
 * load(path, Decision) gives the builtins, bound to the library that it loaded, so that two libraries can
 * live side by side. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <remora/remora_loader.h>

static const char kCapsule[] = "remora._native.api";
enum { kDecisionFields = 17 };

/* What the builtins are bound to. */
typedef struct Bound {
  remora_api api;
  PyTypeObject* decision; /* remora.Decision: a tuple of kDecisionFields */
} Bound;

static Bound* bound_of(PyObject* self) { return (Bound*)PyCapsule_GetPointer(self, kCapsule); }
static const remora_api* api_of(PyObject* self) { return &bound_of(self)->api; }

static int has_arguments(Py_ssize_t given, Py_ssize_t wanted) {
  if (given != wanted) {
    PyErr_Format(PyExc_TypeError, "takes %zd arguments, %zd were given", wanted, given);
  }
  return given == wanted;
}

/* A struct that a caller passed, held until release_structs. */
typedef struct Structs {
  Py_buffer views[4];
  int count;
} Structs;

static void release_structs(Structs* structs) {
  while (structs->count > 0) {
    PyBuffer_Release(&structs->views[--structs->count]);
  }
}

/* The memory of `items` structs, or NULL for None. It must be as large as the first one's struct_size claims.
 */
static int take_structs(Structs* structs, PyObject* object, uint64_t items, void** memory) {
  Py_buffer* view = &structs->views[structs->count];
  uint32_t struct_size = 0;
  *memory = NULL;
  if (object == Py_None) {
    return 1;
  }
  if (PyObject_GetBuffer(object, view, PyBUF_WRITABLE) != 0) {
    return 0;
  }
  structs->count += 1;
  if (view->len >= 4) {
    memcpy(&struct_size, view->buf, sizeof struct_size);
  }
  if (items > 0 && (uint64_t)view->len / items < (struct_size < 4 ? 4 : struct_size)) {
    PyErr_Format(PyExc_ValueError, "%zd bytes are too few for %llu structs of struct_size %u", view->len,
                 (unsigned long long)items, struct_size);
    return 0;
  }
  *memory = view->buf;
  return 1;
}

static int take_u64(PyObject* object, uint64_t* value) {
  *value = PyLong_AsUnsignedLongLong(object);
  return *value != (uint64_t)-1 || !PyErr_Occurred();
}

typedef int32_t (*StructCall)(uint64_t, const void*, void*, remora_error*);

/* handle, input struct, output struct, error: route, safety_check, rollout_gate (at once) and record_outcome,
 * which may carry out housekeeping and so lets other threads of the interpreter run. */
static PyObject* call_with_structs(PyObject* const* arguments, Py_ssize_t count, StructCall call,
                                   int let_others_run) {
  Structs structs = {.count = 0};
  uint64_t handle = 0;
  void* memory[3] = {NULL, NULL, NULL};
  PyObject* result = NULL;
  int32_t code = 0;
  if (has_arguments(count, 4) && take_u64(arguments[0], &handle) &&
      take_structs(&structs, arguments[1], 1, &memory[0]) &&
      take_structs(&structs, arguments[2], 1, &memory[1]) &&
      take_structs(&structs, arguments[3], 1, &memory[2])) {
    if (let_others_run) {
      Py_BEGIN_ALLOW_THREADS;
      code = call(handle, memory[0], memory[1], memory[2]);
      Py_END_ALLOW_THREADS;
    } else {
      code = call(handle, memory[0], memory[1], memory[2]);
    }
    result = PyLong_FromLong(code);
  }
  release_structs(&structs);
  return result;
}

static PyObject* route(PyObject* self, PyObject* const* arguments, Py_ssize_t count) {
  return call_with_structs(arguments, count, (StructCall)(void (*)(void))api_of(self)->route, 0);
}

static PyObject* safety_check(PyObject* self, PyObject* const* arguments, Py_ssize_t count) {
  return call_with_structs(arguments, count, (StructCall)(void (*)(void))api_of(self)->safety_check, 0);
}

static PyObject* rollout_gate(PyObject* self, PyObject* const* arguments, Py_ssize_t count) {
  return call_with_structs(arguments, count, (StructCall)(void (*)(void))api_of(self)->rollout_gate, 0);
}

static PyObject* record_outcome(PyObject* self, PyObject* const* arguments, Py_ssize_t count) {
  return call_with_structs(arguments, count, (StructCall)(void (*)(void))api_of(self)->record_outcome, 1);
}

typedef int32_t (*BatchCall)(uint64_t, const void*, void*, remora_batch*, remora_error*);

/* handle, inputs, outputs, batch, error; the structs lie their own size apart. */
static PyObject* call_with_batch(PyObject* const* arguments, Py_ssize_t count, BatchCall call) {
  Structs structs = {.count = 0};
  uint64_t handle = 0;
  void* memory[4] = {NULL, NULL, NULL, NULL};
  PyObject* result = NULL;
  int32_t code = 0;
  if (has_arguments(count, 5) && take_u64(arguments[0], &handle) &&
      take_structs(&structs, arguments[3], 1, &memory[2])) {
    remora_batch* batch = (remora_batch*)memory[2];
    const uint64_t items = batch == NULL ? 0 : batch->count;
    if (batch == NULL || batch->in_stride != 0 || batch->out_stride != 0) {
      PyErr_SetString(PyExc_ValueError, "needs a batch with strides of 0");
    } else if (take_structs(&structs, arguments[1], items, &memory[0]) &&
               take_structs(&structs, arguments[2], items, &memory[1]) &&
               take_structs(&structs, arguments[4], 1, &memory[3])) {
      Py_BEGIN_ALLOW_THREADS;
      code = call(handle, memory[0], memory[1], batch, memory[3]);
      Py_END_ALLOW_THREADS;
      result = PyLong_FromLong(code);
    }
  }
  release_structs(&structs);
  return result;
}

static PyObject* route_batch(PyObject* self, PyObject* const* arguments, Py_ssize_t count) {
  return call_with_batch(arguments, count, (BatchCall)(void (*)(void))api_of(self)->route_batch);
}

static PyObject* record_outcome_batch(PyObject* self, PyObject* const* arguments, Py_ssize_t count) {
  return call_with_batch(arguments, count, (BatchCall)(void (*)(void))api_of(self)->record_outcome_batch);
}

/* Text that ends in NUL, or NULL for None. */
static int take_text(PyObject* object, const char** text) {
  *text = object == Py_None ? NULL : PyBytes_AsString(object);
  return object == Py_None || *text != NULL;
}

static PyObject* route_named(PyObject* self, PyObject* const* arguments, Py_ssize_t count) {
  Structs structs = {.count = 0};
  uint64_t handle = 0;
  uint64_t unit_key = 0;
  const char* agent = NULL;
  const char* task_type = NULL;
  void* decision = NULL;
  void* error = NULL;
  PyObject* result = NULL;
  if (has_arguments(count, 6) && take_u64(arguments[0], &handle) && take_text(arguments[1], &agent) &&
      take_text(arguments[2], &task_type) && take_u64(arguments[3], &unit_key) &&
      take_structs(&structs, arguments[4], 1, &decision) && take_structs(&structs, arguments[5], 1, &error)) {
    result = PyLong_FromLong(api_of(self)->route_named(handle, agent, task_type, unit_key, decision, error));
  }
  release_structs(&structs);
  return result;
}

static PyObject* record_result(PyObject* self, PyObject* const* arguments, Py_ssize_t count) {
  Structs structs = {.count = 0};
  uint64_t handle = 0;
  uint64_t decision_id = 0;
  uint64_t success = 0;
  int64_t duration_ns = 0;
  void* error = NULL;
  PyObject* result = NULL;
  int32_t code = 0;
  if (has_arguments(count, 5) && take_u64(arguments[0], &handle) && take_u64(arguments[1], &decision_id) &&
      take_u64(arguments[2], &success) && take_structs(&structs, arguments[4], 1, &error)) {
    duration_ns = PyLong_AsLongLong(arguments[3]);
    if (duration_ns != -1 || !PyErr_Occurred()) {
      Py_BEGIN_ALLOW_THREADS;
      code = api_of(self)->record_result(handle, decision_id, success != 0, duration_ns, error);
      Py_END_ALLOW_THREADS;
      result = PyLong_FromLong(code);
    }
  }
  release_structs(&structs);
  return result;
}

/* A struct's fields, in order, as the named tuple that hosts see. */
static PyObject* decision_tuple(const Bound* bound, const remora_decision* d) {
  const uint64_t ids[] = {d->flags,         d->decision_id, d->shadow_decision_id, d->agent,
                          d->task_type,     d->variant,     d->baseline_variant,   d->learned_variant,
                          d->shadow_variant};
  PyObject* tuple = bound->decision->tp_alloc(bound->decision, kDecisionFields);
  Py_ssize_t at = 0;
  if (tuple == NULL) {
    return NULL;
  }
  for (size_t i = 0; i < sizeof ids / sizeof ids[0]; ++i) {
    PyTuple_SET_ITEM(tuple, at++, PyLong_FromUnsignedLongLong(ids[i]));
  }
  PyTuple_SET_ITEM(tuple, at++, PyLong_FromLong(d->reason));
  PyTuple_SET_ITEM(tuple, at++, PyLong_FromUnsignedLong(d->mode));
  PyTuple_SET_ITEM(tuple, at++, PyFloat_FromDouble(d->q_value));
  PyTuple_SET_ITEM(tuple, at++, PyFloat_FromDouble(d->propensity));
  PyTuple_SET_ITEM(tuple, at++, PyFloat_FromDouble(d->epsilon));
  PyTuple_SET_ITEM(tuple, at++, PyLong_FromUnsignedLong(d->visits));
  PyTuple_SET_ITEM(tuple, at++, PyLong_FromUnsignedLong(d->rollout));
  PyTuple_SET_ITEM(tuple, at++, PyLong_FromUnsignedLong(d->stage));
  for (at = 0; at < kDecisionFields; ++at) {
    if (PyTuple_GET_ITEM(tuple, at) == NULL) {
      Py_DECREF(tuple);
      return NULL;
    }
  }
  return tuple;
}

/* handle, agent, task type, unit key, allowed variants, now, draw: a Decision, or (code, errno, text,
 * Decision). */
static PyObject* quick_route(PyObject* self, PyObject* const* arguments, Py_ssize_t count) {
  uint64_t in[7];
  remora_task task = {.struct_size = sizeof task};
  remora_decision decision = {.struct_size = sizeof decision};
  remora_error error = REMORA_ERROR_INIT;
  PyObject* answer;
  int32_t code;
  if (!has_arguments(count, 7)) {
    return NULL;
  }
  for (int i = 0; i < 7; ++i) {
    if (!take_u64(arguments[i], &in[i])) {
      return NULL;
    }
  }
  if (in[1] > UINT32_MAX || in[2] > UINT32_MAX || in[5] > INT64_MAX) {
    PyErr_SetString(PyExc_OverflowError, "an id has 32 bits, a time 63");
    return NULL;
  }
  task.agent = (remora_id)in[1];
  task.task_type = (remora_id)in[2];
  task.unit_key = in[3];
  task.allowed_variants = in[4];
  task.now_ns = (int64_t)in[5];
  task.draw = in[6];
  code = api_of(self)->route(in[0], &task, &decision, &error);
  answer = decision_tuple(bound_of(self), &decision);
  if (code == REMORA_OK || answer == NULL) {
    return answer;
  }
  return Py_BuildValue("(iisN)", (int)code, (int)error.os_errno, error.text, answer);
}

/* handle, decision id, success, duration: None, or (code, errno, text). */
static PyObject* quick_record_result(PyObject* self, PyObject* const* arguments, Py_ssize_t count) {
  uint64_t handle = 0;
  uint64_t decision_id = 0;
  remora_error error = REMORA_ERROR_INIT;
  int64_t duration_ns;
  int success;
  int32_t code;
  if (!has_arguments(count, 4) || !take_u64(arguments[0], &handle) || !take_u64(arguments[1], &decision_id)) {
    return NULL;
  }
  success = PyObject_IsTrue(arguments[2]);
  duration_ns = PyLong_AsLongLong(arguments[3]);
  if (success < 0 || (duration_ns == -1 && PyErr_Occurred())) {
    return NULL;
  }
  Py_BEGIN_ALLOW_THREADS;
  code = api_of(self)->record_result(handle, decision_id, (uint32_t)success, duration_ns, &error);
  Py_END_ALLOW_THREADS;
  if (code == REMORA_OK) {
    Py_RETURN_NONE;
  }
  return Py_BuildValue("(iis)", (int)code, (int)error.os_errno, error.text);
}

#define HOT(name) \
  { #name, (PyCFunction)(void (*)(void))name, METH_FASTCALL, NULL }
static PyMethodDef hot_functions[] = {HOT(route),
                                      HOT(route_batch),
                                      HOT(route_named),
                                      HOT(record_outcome),
                                      HOT(record_outcome_batch),
                                      HOT(record_result),
                                      HOT(safety_check),
                                      HOT(rollout_gate),
                                      HOT(quick_route),
                                      HOT(quick_record_result),
                                      {NULL, NULL, 0, NULL}};

static void free_bound(PyObject* capsule) {
  Bound* bound = bound_of(capsule);
  remora_unload(&bound->api);
  Py_XDECREF(bound->decision);
  PyMem_Free(bound);
}

/* The library at `path`, held by a capsule; NULL with an exception when it cannot be loaded. */
static PyObject* loaded_library(const char* path, PyTypeObject* decision) {
  char why[2048];
  PyObject* capsule;
  Bound* bound = PyMem_Calloc(1, sizeof *bound);
  if (bound == NULL) {
    return PyErr_NoMemory();
  }
  if (remora_load(&bound->api, path, why, sizeof why) != REMORA_OK) {
    PyErr_SetString(PyExc_ImportError, why);
    PyMem_Free(bound);
    return NULL;
  }
  capsule = PyCapsule_New(bound, kCapsule, free_bound);
  if (capsule == NULL) {
    remora_unload(&bound->api);
    PyMem_Free(bound);
    return NULL;
  }
  Py_INCREF(decision);
  bound->decision = decision;
  return capsule;
}

static PyObject* load(PyObject* module, PyObject* arguments) {
  const char* path = NULL;
  PyTypeObject* decision = NULL;
  PyObject* capsule;
  PyObject* functions;
  (void)module;
  if (!PyArg_ParseTuple(arguments, "sO!", &path, &PyType_Type, &decision)) {
    return NULL;
  }
  if (!PyType_IsSubtype(decision, &PyTuple_Type) || decision->tp_basicsize != PyTuple_Type.tp_basicsize) {
    PyErr_SetString(PyExc_TypeError, "Decision must be a named tuple");
    return NULL;
  }
  capsule = loaded_library(path, decision);
  functions = capsule == NULL ? NULL : PyDict_New();
  for (PyMethodDef* hot = hot_functions; functions != NULL && hot->ml_name != NULL; ++hot) {
    PyObject* bound = PyCFunction_New(hot, capsule);
    if (bound == NULL || PyDict_SetItemString(functions, hot->ml_name, bound) != 0) {
      Py_CLEAR(functions);
    }
    Py_XDECREF(bound);
  }
  Py_XDECREF(capsule);
  return functions;
}

static PyMethodDef module_functions[] = {
    {"load", load, METH_VARARGS, "load(path, Decision): the hot functions of that library."},
    {NULL, NULL, 0, NULL}};

static PyModuleDef_Slot slots[] = {
#ifdef Py_mod_multiple_interpreters
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
#ifdef Py_mod_gil
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL}};

static struct PyModuleDef module_definition = {PyModuleDef_HEAD_INIT,
                                               "remora._native",
                                               "The hot functions of the library, without ctypes.",
                                               0,
                                               module_functions,
                                               slots,
                                               NULL,
                                               NULL,
                                               NULL};

PyMODINIT_FUNC PyInit__native(void) { return PyModuleDef_Init(&module_definition); }
