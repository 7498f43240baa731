//! How far a record has come in its documented life.

use super::record::{Annex, Attempt, AttemptState, Customer, Intent, IntentState, Order, OrderState, Session};
use super::reversal::{Dispute, DisputeState, Refund, RefundStatus};

/// How far a record has come, compared from left to right.
pub type Rank = (u64, u64);

/// How far a record has come in its documented life. Of two versions that nothing else orders, the one further along stays.
pub trait Life {
    /// The larger, the further.
    fn life(&self) -> Rank;
}

impl Life for Attempt {
    /// Its state, then how much went back and was taken, then whether more may have gone back, and whether it was disputed.
    /// All only grow, but for a refund that fails, and then the larger figure is the safe one. What the API says of a capture
    /// beats what an export leaves out.
    fn life(&self) -> Rank {
        let stage: u64 = match self.state {
            AttemptState::Unknown | AttemptState::Incomplete => 0,
            AttemptState::Pending => 1,
            AttemptState::Authorized => 2,
            AttemptState::Failed | AttemptState::Blocked => 3,
            AttemptState::Voided => 4,
            AttemptState::Manual => 5,
            AttemptState::Captured => 6,
        };
        // An amount is below 2^53.
        let amount = |amount: i64| u64::try_from(amount).unwrap_or(0);
        let flags = u64::from(self.returned_unknown) << 1 | u64::from(self.disputed);
        let whole = u64::from(!self.head.from_export) << 55;
        (stage << 56 | amount(self.returned), whole | amount(self.captured) << 2 | flags)
    }
}

impl Life for Intent {
    fn life(&self) -> Rank {
        let stage: u64 = match self.state {
            IntentState::Unknown => 0,
            IntentState::NeedsMethod => 1,
            IntentState::Incomplete => 2,
            IntentState::Pending => 3,
            IntentState::Authorized => 4,
            IntentState::Failed => 5,
            IntentState::Canceled => 6,
            IntentState::Manual => 7,
            IntentState::Succeeded => 8,
        };
        let moved = self.received.saturating_add(self.returned.unwrap_or(0));
        (stage << 56 | u64::try_from(moved).unwrap_or(0) << 1 | u64::from(self.returned_unknown), 0)
    }
}

impl Life for Refund {
    fn life(&self) -> Rank {
        let stage = match self.status {
            RefundStatus::Unknown => 0,
            RefundStatus::Pending => 1,
            RefundStatus::RequiresAction => 2,
            RefundStatus::Succeeded => 3,
            RefundStatus::Failed | RefundStatus::Canceled => 4,
            RefundStatus::Recorded => 5,
        };
        (stage, 0)
    }
}

impl Life for Dispute {
    /// Arbitration follows whatever the dispute came to.
    fn life(&self) -> Rank {
        let stage: u64 = match self.state {
            DisputeState::None | DisputeState::Unknown => 0,
            DisputeState::Inquiry => 1,
            DisputeState::InquiryUnderReview => 2,
            DisputeState::InquiryClosed | DisputeState::Prevented => 3,
            DisputeState::Open => 4,
            DisputeState::UnderReview => 5,
            DisputeState::Lost | DisputeState::ClosedByRefund => 6,
            // An appeal follows a loss, and only a decision follows an appeal.
            DisputeState::Appeal => 7,
            DisputeState::AppealUnderReview => 8,
            DisputeState::Won => 9,
        };
        (u64::from(self.arbitration) << 8 | stage, 0)
    }
}

impl Life for Customer {
    fn life(&self) -> Rank {
        (u64::from(self.deleted), 0)
    }
}

impl Life for Session {
    /// A checkout that has led somewhere is further along than one that is open.
    fn life(&self) -> Rank {
        (u64::from(self.done), 0)
    }
}

impl Life for Order {
    fn life(&self) -> Rank {
        let stage = match self.state {
            OrderState::Unknown => 0,
            OrderState::Pending => 1,
            OrderState::Authorized => 2,
            OrderState::Failed => 3,
            OrderState::Paid => 4,
            OrderState::Canceled => 5,
            OrderState::Refunded => 6,
        };
        (stage, 0)
    }
}

impl Life for Annex {
    /// What no longer runs or calls for action came later.
    fn life(&self) -> Rank {
        (u64::from(self.active == Some(false)), 0)
    }
}
