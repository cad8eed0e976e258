using System.Security.Cryptography;
using System.Text;

namespace BillingFunctions.Connectors.Tasks;

/// <summary>What a request has asked to be done in the connected systems.</summary>
public sealed record ConnectorTask
{
    private const string Prefix = "tsk_";

    public required string Id { get; init; }

    public required TaskKind Kind { get; init; }

    public required string CustomerId { get; init; }

    /// <summary>The connectors that were on when it was asked for.</summary>
    public required IReadOnlyList<string> Connectors { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>A digest of the body, to tell the same request from another one.</summary>
    public string? Body { get; init; }

    /// <summary>The invoice to be made; null for a task about a customer.</summary>
    public InvoiceOrder? Invoice { get; init; }

    /// <summary>Where it can be asked for.</summary>
    internal string Url => $"/api/tasks/{Id}";

    /// <summary>A new id, unlike any other.</summary>
    public static string NewId(DateTimeOffset now) => $"{Prefix}{Guid.CreateVersion7(now):N}";

    /// <summary>The id of the task that creates a customer: the same each time.</summary>
    public static string IdOfCreation(string customerId) => Prefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"create\n{customerId}")).AsSpan(0, 16));

    public static bool IsId(string text) => text.Length == Prefix.Length + 32 && text.StartsWith(Prefix, StringComparison.Ordinal) && text.AsSpan(Prefix.Length).ToString().All(char.IsAsciiHexDigitLower);

}

/// <summary>The answer to the request of a task.</summary>
/// <param name="TaskId">Its id.</param>
/// <param name="StatusUrl">Where it can be asked for.</param>
/// <param name="CustomerId">Our id of the customer that it is about.</param>
internal sealed record AcceptedTask(string TaskId, string StatusUrl, string CustomerId)
{
    public static AcceptedTask From(ConnectorTask task) => new(task.Id, task.Url, task.CustomerId);
}

/// <summary>What a task is for. Stored by name.</summary>
public enum TaskKind
{
    CreateCustomer,
    UpdateCustomer,
    DeleteCustomer,
    CreateInvoice,
}

/// <summary>An invoice that a task makes.</summary>
/// <param name="Amount">In minor units, above zero.</param>
/// <param name="Currency">Three letters, lower case.</param>
/// <param name="Description">What its one line says.</param>
public sealed record InvoiceOrder(long Amount, string Currency, string Description);

/// <summary>What came of a task at one connector.</summary>
/// <param name="Succeeded">False when it was given up.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="RemoteId">The id of what it has made or changed there; null when there is none.</param>
/// <param name="Error">Why it was given up.</param>
/// <param name="FinishedAt">When the connector was done with it, or gave it up.</param>
public sealed record TaskResult(bool Succeeded, int Attempts, string? RemoteId, string? Error, DateTimeOffset FinishedAt);
