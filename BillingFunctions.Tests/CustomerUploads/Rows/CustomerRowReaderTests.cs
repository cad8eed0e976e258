using BillingFunctions.CustomerUploads.Reading;
using BillingFunctions.CustomerUploads.Rows;

namespace BillingFunctions.Tests.CustomerUploads.Rows;

public sealed class CustomerRowReaderTests
{
    [Fact]
    public void Read_GoodRow_GivesNormalisedValues()
    {
        var (customer, errors) = Read(
            "Email,ID,Name,phone,CURRENCY,Time_Zone,stripe_customer_id,first_billing_month,Plan,note",
            " ann@example.com ", "A 1", "Änne\nMüller", "'+49 30 1", "EUR", "Europe/Berlin", "cus_A1b2", "2026-03", "gold", "");

        Assert.Empty(errors);
        Assert.Equal(("A 1", "ann@example.com", "Änne\nMüller", "+49 30 1"), (customer!.Id, customer.Email, customer.Name, customer.Phone));
        Assert.Equal(("eur", "Europe/Berlin", "cus_A1b2", "2026-03"), (customer.Currency, customer.TimeZone, customer.StripeId, customer.FirstBillingMonth));
        Assert.Equal(new Dictionary<string, string> { ["Plan"] = "gold" }, customer.Metadata);
    }

    [Fact]
    public void Read_OnlyRequiredColumns_LeavesTheOthersOpen()
    {
        var (customer, _) = Read("id,email,_line,_error,phone", "1", "a@b.de", "17", "it was wrong", "");

        Assert.Equal(new UploadedCustomer("1", "a@b.de") { Phone = "" }, customer);
    }

    [Theory]
    [InlineData("id", "")]
    [InlineData("id", "a\u0001b")]
    [InlineData("id", "..")]
    [InlineData("email", " ")]
    [InlineData("email", "ann")]
    [InlineData("email", "ann@localhost")]
    [InlineData("email", "ann@@example.com")]
    [InlineData("email", "ann@example..com")]
    [InlineData("email", "ann@example.com.")]
    [InlineData("email", "ann@-example.com")]
    [InlineData("email", "Ann <ann@example.com>")]
    [InlineData("email", "ann@example.com,bob@example.com")]
    [InlineData("email", "ann@example.com\r\nBcc: eve@example.com")]
    [InlineData("email", "änne@example.com")]
    [InlineData("email", "ann@exam\u200Bple.com")]
    [InlineData("email", "'ann@example.com'")]
    [InlineData("email", "ann@example.com?subject=Hi")]
    [InlineData("email", "ann@exa_mple.com")]
    [InlineData("phone", "+49\u0007")]
    [InlineData("currency", "euro")]
    [InlineData("currency", "xyz")]
    [InlineData("currency", "xxx")]
    [InlineData("time_zone", "Berlin")]
    [InlineData("time_zone", "europe/berlin")]
    [InlineData("time_zone", "Pacific Standard Time")]
    [InlineData("time_zone", "../../etc/passwd")]
    [InlineData("stripe_customer_id", "sub_1")]
    [InlineData("stripe_customer_id", "cus_")]
    [InlineData("first_billing_month", "2026-13")]
    [InlineData("first_billing_month", "03/2026")]
    [InlineData("first_billing_month", "2026-3")]
    [InlineData("plan", "\u0000")]
    public void Read_CellThatIsNotAllowed_NamesLineColumnAndValue(string column, string value)
    {
        var columns = new[] { "id", "email", "phone", "currency", "time_zone", "stripe_customer_id", "first_billing_month", "plan" };
        var cells = columns.Select(name => name == column ? value : name switch { "id" => "1", "email" => "a@b.de", _ => "" }).ToArray();

        var (customer, errors) = Read(string.Join(',', columns), cells);

        Assert.Null(customer);
        var error = Assert.Single(errors);
        Assert.Equal((7, column, value.Trim()), (error.Line, error.Column, error.Value));
        Assert.EndsWith(".", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("o'neil+x@example.co.uk", "o'neil+x@example.co.uk")]
    [InlineData("a.b-c_d@bücher.example", "a.b-c_d@xn--bcher-kva.example")]
    public void Read_UnusualAddress_IsAllowed(string address, string kept) => Assert.Equal(kept, Read("id,email", "1", address).Customer?.Email);

    [Fact]
    public void Read_TooLongText_IsRefusedAndShownShort()
    {
        var (_, errors) = Read("id,email,plan", "1", "a@b.de", new string('x', 501));

        Assert.Equal(81, Assert.Single(errors).Value!.Length);
    }

    [Fact]
    public void Read_MoreMetadataThanARowCanHave_IsRefused()
    {
        var names = Enumerable.Range(10, 45).Select(number => $"m{number}");

        var (customer, errors) = Read($"id,email,{string.Join(',', names)}", ["1", "a@b.de", .. names.Select(_ => new string('x', 450))]);

        Assert.Null(customer);
        Assert.Contains("20000 characters", Assert.Single(errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SeveralWrongCells_ReportsEach() => Assert.Equal(["id", "email", "currency"], Read("id,email,currency", "", "x", "y").Errors.Select(error => error.Column));

    [Theory]
    [InlineData("1")]
    [InlineData("1", "a@b.de", "x")]
    public void Read_OtherNumberOfCells_IsAnErrorOfTheRow(params string[] cells)
    {
        var (customer, errors) = Read("id,email", cells);

        Assert.Null(customer);
        Assert.Null(Assert.Single(errors).Column);
        Assert.Contains($"{cells.Length} cells, and the header 2", errors[0].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("id,email,name", "1", "a@b.de", "Ann", "", "")]
    [InlineData("id,email,name", "1", "a@b.de", "Ann", "\u00A0")]
    [InlineData("id,email,name,,", "1", "a@b.de", "Ann")]
    [InlineData("id,email,name,", "1", "a@b.de", "Ann", "note", "")]
    [InlineData("id,email,name,note,note", "1", "a@b.de", "Ann", "x", "y")]
    public void Read_RaggedEnd_IsTaken(string header, params string[] cells)
    {
        var (customer, errors) = Read(header, cells);

        Assert.Empty(errors);
        Assert.Equal(("1", "Ann"), (customer!.Id, customer.Name));
    }

    [Theory]
    [InlineData("id,email,name,", "1", "a@b.de", "Ann", "", "x")]
    [InlineData("id,email,,name", "1", "a@b.de", "")]
    public void Read_RaggedEndThatMayBeAValue_IsRefused(string header, params string[] cells) => Assert.Null(Assert.Single(Read(header, cells).Errors).Column);

    [Fact]
    public void Read_IdAgain_RefusesEachButTheFirst()
    {
        var reader = new CustomerRowReader(CustomerColumns.From(new CsvHeader(',', false, ["id", "email"])));
        var errors = new List<RowError>();
        reader.Pass(Row("7", "a@b.de"));

        Assert.Null(reader.Read(Row(" 7 ", "b@b.de"), errors));
        Assert.Null(reader.Read(Row("8", "wrong"), errors));
        Assert.Null(reader.Read(Row("8", "c@b.de"), errors));
        Assert.NotNull(reader.Read(Row("a", "d@b.de"), errors));
        Assert.NotNull(reader.Read(Row("A", "e@b.de"), errors));

        Assert.Equal(["id", "email", "id"], errors.Select(error => error.Column));
    }

    private static (UploadedCustomer? Customer, List<RowError> Errors) Read(string header, params string[] cells)
    {
        var errors = new List<RowError>();
        var reader = new CustomerRowReader(CustomerColumns.From(new CsvHeader(',', false, header.Split(','))));
        return (reader.Read(Row(cells), errors), errors);
    }

    private static UploadedRow Row(params string[] cells) => new(7, 0, cells, null);
}
