package remora

import (
	"bytes"
	"strings"
	"time"

	"remora/internal/raw"
)

// VariantOptions are what a variant is registered with.
type VariantOptions struct {
	Flags      VariantFlag
	Tier       uint32 // model tier, 0 = not said, 1 the cheapest; any number the host likes
	CostMicros int64  // expected cost of one task, in millionths of a currency unit
}

// VariantInfo is one way to run an agent.
type VariantInfo struct {
	Flags          VariantFlag
	Agent          ID
	Variant        uint32 // index within the agent
	Tier           uint32
	Blocked        bool // kept out by the safety check or an operator
	CostMicros     int64
	Outcomes       uint64 // recorded
	Successes      uint64
	MeanReward     float64 // over all outcomes folded so far; the next two likewise
	MeanDuration   time.Duration
	MeanCostMicros float64
}

// AgentInfo is an agent as the state knows it.
type AgentInfo struct {
	Agent           ID
	Category        ID
	VariantCount    uint32
	BaselineVariant uint32
	SafeVariant     uint32 // what route falls back to now
	Rollout         ID     // the running one, or 0
	BlockedVariants uint64 // bit i: variant i is kept out
	RetiredVariants uint64
}

// Intern finds or creates the id of a category, task type, label or metric. Errors: ErrInvalid (bad kind or name), ErrFull.
func (s *State) Intern(kind Kind, name string) (ID, error) {
	text := bytesOf(name)
	return s.id(func(id *uint32, failure *raw.Error) int32 {
		return s.raw.Intern(s.handle, uint32(kind), &text[0], uint64(len(name)), id, failure)
	})
}

// Find finds the id of a name of any kind, agents and rollouts included, without creating it. Errors: ErrNotFound.
func (s *State) Find(kind Kind, name string) (ID, error) {
	text := bytesOf(name)
	return s.id(func(id *uint32, failure *raw.Error) int32 {
		return s.raw.Find(s.handle, uint32(kind), &text[0], uint64(len(name)), id, failure)
	})
}

// NameOf is the text of an id. Errors: ErrNotFound.
func (s *State) NameOf(id ID) (string, error) {
	return s.text(MaxNameBytes+1, func(buffer *byte, capacity uint64, needed *uint64, failure *raw.Error) int32 {
		return s.raw.NameOf(s.handle, uint32(id), buffer, capacity, needed, failure)
	})
}

// AgentRegister registers an agent, or finds it. category may be 0 ("general"). An agent without variants cannot be routed.
// Errors: ErrInvalid, ErrFull, ErrExists (registered under another category).
func (s *State) AgentRegister(name string, category ID) (ID, error) {
	text := bytesOf(name)
	return s.id(func(id *uint32, failure *raw.Error) int32 {
		return s.raw.AgentRegister(s.handle, &text[0], uint64(len(name)), uint32(category), id, failure)
	})
}

// VariantRegister registers a variant, or finds it by its name and takes over what options say.
// Errors: ErrInvalid, ErrNotFound (agent), ErrFull (MaxVariants).
func (s *State) VariantRegister(agent ID, name string, options VariantOptions) (VariantInfo, error) {
	text := bytesOf(name)
	variant := &raw.Variant{StructSize: raw.VariantSize, Flags: uint32(options.Flags), Agent: uint32(agent), Tier: options.Tier,
		CostMicros: options.CostMicros}
	err := s.explained(func(failure *raw.Error) int32 {
		return s.raw.VariantRegister(s.handle, &text[0], uint64(len(name)), variant, failure)
	})
	return variantOf(variant), err
}

// AgentDefine registers an agent and its variants in one call. The first variant is the baseline when the agent is new; existing ones
// stay. A variant's name has no comma here. Errors: as AgentRegister and VariantRegister.
func (s *State) AgentDefine(agent string, variants ...string) (ID, error) {
	name, err := terminated(agent)
	if err != nil {
		return 0, err
	}
	list, err := terminated(strings.Join(variants, ","))
	if err != nil {
		return 0, err
	}
	return s.id(func(id *uint32, failure *raw.Error) int32 {
		return s.raw.AgentDefine(s.handle, &name[0], &list[0], id, failure)
	})
}

// VariantName is the name of a variant. Errors: ErrNotFound.
func (s *State) VariantName(agent ID, variant uint32) (string, error) {
	return s.text(MaxNameBytes+1, func(buffer *byte, capacity uint64, needed *uint64, _ *raw.Error) int32 {
		return s.raw.VariantName(s.handle, uint32(agent), variant, buffer, capacity, needed)
	})
}

// VariantIndex is the index of a variant within its agent, by its name. Errors: ErrNotFound.
func (s *State) VariantIndex(agent ID, name string) (uint32, error) {
	info, err := s.AgentInfo(agent)
	if err != nil {
		return None, err
	}
	for variant := uint32(0); variant < info.VariantCount; variant++ {
		if text, err := s.VariantName(agent, variant); err != nil || text == name {
			return variant, err
		}
	}
	agentName, err := s.NameOf(agent)
	if err != nil {
		return None, err
	}
	return None, refused(ErrNotFound, "%s has no variant '%s'. Register it with VariantRegister.", agentName, name)
}

// AgentInfo reads one agent. Errors: ErrNotFound.
func (s *State) AgentInfo(agent ID) (AgentInfo, error) {
	info := &raw.Agent{StructSize: raw.AgentSize, Agent: uint32(agent)}
	err := s.explained(func(failure *raw.Error) int32 { return s.raw.AgentInfo(s.handle, info, failure) })
	return AgentInfo{
		Agent: ID(info.Agent), Category: ID(info.Category), VariantCount: info.VariantCount, BaselineVariant: info.BaselineVariant,
		SafeVariant: info.SafeVariant, Rollout: ID(info.Rollout), BlockedVariants: info.BlockedVariants,
		RetiredVariants: info.RetiredVariants,
	}, err
}

// VariantInfo reads one variant. Errors: ErrNotFound.
func (s *State) VariantInfo(agent ID, variant uint32) (VariantInfo, error) {
	info := &raw.Variant{StructSize: raw.VariantSize, Agent: uint32(agent), Variant: variant}
	err := s.explained(func(failure *raw.Error) int32 { return s.raw.VariantInfo(s.handle, info, failure) })
	return variantOf(info), err
}

// ListNames lists the ids of a kind.
func (s *State) ListNames(kind Kind) *List[ID] {
	return listOf(s.library, uint32(0), func(id *uint32) ID { return ID(*id) },
		func(cursor *uint64, ids *uint32, most uint32, count *uint32) int32 {
			return s.raw.ListNames(s.handle, uint32(kind), cursor, ids, most, count)
		})
}

func variantOf(r *raw.Variant) VariantInfo {
	return VariantInfo{
		Flags: VariantFlag(r.Flags), Agent: ID(r.Agent), Variant: r.Variant, Tier: r.Tier, Blocked: r.Blocked != 0,
		CostMicros: r.CostMicros, Outcomes: r.Outcomes, Successes: r.Successes, MeanReward: r.MeanReward,
		MeanDuration: time.Duration(r.MeanDurationNs), MeanCostMicros: r.MeanCostMicros,
	}
}

// bytesOf is text as memory with an address, also when it is empty.
func bytesOf(text string) []byte { return append([]byte(text), 0) }

// terminated is text for a function that reads up to a NUL: one inside would cut it unseen.
func terminated(text string) ([]byte, error) {
	memory := bytesOf(text)
	if bytes.IndexByte(memory, 0) != len(text) {
		return nil, refused(ErrInvalid, "a name must not contain a NUL: %q", text)
	}
	return memory, nil
}
