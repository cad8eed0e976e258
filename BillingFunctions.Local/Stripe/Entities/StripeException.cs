using System.Net;

namespace Stripe;

/// <summary>Stripe refused a request, or its answer could not be read.</summary>
public class StripeException : Exception
{
    public StripeException()
    {
    }

    public StripeException(string? message)
        : base(message)
    {
    }

    public StripeException(string? message, Exception? err)
        : base(message, err)
    {
    }

    public StripeException(HttpStatusCode httpStatusCode, StripeError? stripeError, string? message)
        : base(message)
    {
        HttpStatusCode = httpStatusCode;
        StripeError = stripeError;
    }

    /// <summary>0 when nothing was sent.</summary>
    public HttpStatusCode HttpStatusCode { get; set; }

    /// <summary>Null when the answer was not one of Stripe's errors, such as a proxy's page.</summary>
    public StripeError? StripeError { get; set; }

    public StripeResponse? StripeResponse { get; set; }
}
