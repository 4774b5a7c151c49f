package remora

import (
	"context"

	"remora/internal/raw"
)

// What tests look at that hosts do not see.

var (
	Candidates = candidates
	LoadFrom   = loadFrom
)

// Place is a place to load the library from.
func Place(name, origin string) place { return place{name, origin} }

// Name is where it is.
func (p place) Name() string { return p.name }

// Origin is where it comes from.
func (p place) Origin() string { return p.origin }

// Raw is the layer below, with the handle of the state.
func (s *State) Raw() (*raw.Library, uint64) { return s.raw, s.handle }

// Unopened is a state of no directory.
func (l *Library) Unopened() *State { return &State{library: l, raw: l.raw} }

// Await is what calls that take a context are made by.
func Await[Result any](ctx context.Context, work func() (Result, error), late func(Result)) (Result, error) {
	return await(ctx, work, late)
}
