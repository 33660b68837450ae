fn main() {
    volo_build::Builder::protobuf()
        .add_service("../volo/proto/orders.proto")
        .include_dirs(vec!["../volo/proto".into()])
        .write()
        .unwrap();
}
