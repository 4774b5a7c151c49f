// How Boost.Math reports bad input here: by its result (NaN or infinity), never by an exception or errno.
#pragma once

#include <boost/math/policies/policy.hpp>

namespace remora::stats {

namespace boost_policies = boost::math::policies;

using QuietPolicy =
    boost_policies::policy<boost_policies::domain_error<boost_policies::ignore_error>,
                           boost_policies::pole_error<boost_policies::ignore_error>,
                           boost_policies::overflow_error<boost_policies::ignore_error>,
                           boost_policies::underflow_error<boost_policies::ignore_error>,
                           boost_policies::denorm_error<boost_policies::ignore_error>,
                           boost_policies::evaluation_error<boost_policies::ignore_error>,
                           boost_policies::rounding_error<boost_policies::ignore_error>,
                           boost_policies::indeterminate_result_error<boost_policies::ignore_error>,
                           boost_policies::promote_double<false>>;

}  // namespace remora::stats
