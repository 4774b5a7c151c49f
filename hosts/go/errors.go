package remora

import (
	"bytes"
	"fmt"
	"syscall"

	"remora/internal/raw"
)

var statusNames = [...]string{
	"OK", "E_INVALID", "E_HANDLE", "E_VERSION", "E_UNSUPPORTED", "E_NOT_FOUND", "E_EXISTS", "E_FULL", "E_BUFFER",
	"E_ALREADY_RECORDED", "E_EXPIRED", "E_IO", "E_NO_SPACE", "E_PERMISSION", "E_DAMAGED", "E_FORMAT", "E_BUSY", "E_CONFIG",
	"E_MEMORY", "E_STATE", "E_INTERNAL",
}

// Error gives the name that the status has in C: "REMORA_E_NOT_FOUND".
func (s Status) Error() string {
	if place := -int(s); place >= 0 && place < len(statusNames) {
		return "REMORA_" + statusNames[place]
	}
	return fmt.Sprintf("REMORA_E_%d", -int(s))
}

// Error says that a call failed, and why. errors.Is finds its Status in it, and its system error where there is one:
//
//	if errors.Is(err, remora.ErrAlreadyRecorded) { ... }
//	if errors.Is(err, syscall.EACCES) { ... }
type Error struct {
	Status  Status
	OSErrno syscall.Errno // of the failed system call, else 0
	Message string        // the library's: what was wrong, with which value, and what to do
}

func (e *Error) Error() string { return "remora: " + e.Message }

// Unwrap gives the status.
func (e *Error) Unwrap() error { return e.Status }

// Is compares with the error of the system.
func (e *Error) Is(target error) bool {
	return e.OSErrno != 0 && (target == error(e.OSErrno) || e.OSErrno.Is(target))
}

// BatchError says that some items of a batch failed. The results of all items are there all the same.
type BatchError struct {
	Done        int    // items that succeeded
	FirstFailed int    // place of the first that failed
	Err         *Error // why that one failed
}

func (e *BatchError) Error() string {
	return fmt.Sprintf("remora: item %d of a batch, of which %d succeeded: %s", e.FirstFailed, e.Done, e.Err.Message)
}

// Unwrap gives the error of the first item that failed.
func (e *BatchError) Unwrap() error { return e.Err }

// explain turns a status code and what the library said beside it into an error; nil when the call succeeded.
func (l *Library) explain(code int32, failure *raw.Error) error {
	if code == int32(OK) {
		return nil
	}
	return l.failed(code, failure)
}

func (l *Library) failed(code int32, failure *raw.Error) *Error {
	result := &Error{Status: Status(code)}
	if failure != nil {
		result.Message = cText(failure.Text[:])
		result.OSErrno = syscall.Errno(failure.OsErrno)
	}
	if result.Message == "" {
		text, err := l.StatusText(result.Status)
		if err != nil {
			text = result.Status.Error()
		}
		result.Message = text
	}
	return result
}

func (l *Library) explainBatch(code int32, counts *raw.Batch, failure *raw.Error) error {
	if code == int32(OK) {
		return nil
	}
	return &BatchError{Done: int(counts.Done), FirstFailed: int(counts.FirstFailed), Err: l.failed(code, failure)}
}

// cText is the text before the first NUL.
func cText(memory []byte) string {
	if end := bytes.IndexByte(memory, 0); end >= 0 {
		memory = memory[:end]
	}
	return string(memory)
}
