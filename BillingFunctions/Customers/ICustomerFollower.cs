using BillingFunctions.Customers.Merging;

namespace BillingFunctions.Customers;

/// <summary>What has to go out when a customer changes. Registered as a singleton.</summary>
public interface ICustomerFollower
{
    /// <summary>What a call to a system, whose answer has not come yet or never will, was to make of the customer there.</summary>
    /// <param name="customer">The customer as it is stored.</param>
    /// <param name="system">The name of a connector.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    /// <returns>Null when there is no such call.</returns>
    Task<CustomerContent?> FindUnderWayAsync(Customer customer, string system, CancellationToken cancellationToken);

    /// <summary>Called before a customer is written, perhaps several times; what is prepared here survives the end of the process after the write.</summary>
    /// <param name="before">The customer as it is stored; null for a new one.</param>
    /// <param name="next">The customer to be.</param>
    /// <param name="cause">What brought the change, such as the id of an event or a task.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    Task PrepareAsync(Customer? before, Customer next, string cause, CancellationToken cancellationToken);

    /// <summary>Called after it was written, and when there was nothing to write because that has been done already.</summary>
    /// <param name="before">The customer as it was; null for a new one.</param>
    /// <param name="after">The customer as it is.</param>
    /// <param name="cause">What brought the change.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    Task FollowAsync(Customer? before, Customer after, string cause, CancellationToken cancellationToken);
}
