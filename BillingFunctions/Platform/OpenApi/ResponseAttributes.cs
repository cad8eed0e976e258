using BillingFunctions.Platform.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace BillingFunctions.Platform.OpenApi;

/// <summary>The function answers 200 with a page of a list, and reads <c>limit</c> and <c>cursor</c>, see <see cref="PageRequest"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ProducesPageAttribute<T>() : ProducesResponseTypeAttribute<ListPage<T>>(StatusCodes.Status200OK), IProducesPage;

/// <summary>Marks a <see cref="ProducesPageAttribute{T}"/>, whatever is on the page.</summary>
internal interface IProducesPage;

/// <summary>
/// The function refuses requests with these statuses and a problem. Not to be named: 401 and what any function may answer (413, 500, 502, 503), 400 for a body or a page, and what
/// the other attributes bring with them.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ProducesProblemAttribute(params int[] statuses) : Attribute
{
    public IReadOnlyList<int> Statuses { get; } = statuses;
}

/// <summary>The function sends an <c>ETag</c>. When it changes something it reads <c>If-Match</c>, and answers 412 to one that is stale, see <see cref="EntityTag"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class VersionedAttribute : Attribute;
